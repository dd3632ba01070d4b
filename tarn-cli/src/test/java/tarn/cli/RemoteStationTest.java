package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tarn.cli.TypedCommand.Ended;
import tarn.testkit.emulator.Azurite;
import tarn.testkit.emulator.PostgreSql;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;
import tools.jackson.databind.JsonNode;

/** Stations whose data or catalog lie elsewhere, worked with as a person does. */
@Tag("slow")
class RemoteStationTest {
  private static final List<String> SECRETS = List.of(S3Emulator.SECRET_KEY, Azurite.ACCOUNT_KEY);

  private static final String MORE = "p-100,1970-01-01,F,Nowhere";

  @TempDir Path folder;

  private final List<String> outputs = new ArrayList<>();

  /** A place for the data: {@code --data-path}, settings, and the environment's credentials. */
  private record Place(String dataPath, String settings, Map<String, String> environment) {
    static Place s3() {
      return new Place(
          "s3://" + VersityGateway.shared().newBucket() + "/ward 7/ü/",
          "[storage]\nendpoint = '" + VersityGateway.shared().endpoint() + "'\n",
          Map.of(
              "AWS_ACCESS_KEY_ID", S3Emulator.ACCESS_KEY,
              "AWS_SECRET_ACCESS_KEY", S3Emulator.SECRET_KEY));
    }

    static Place azure() {
      return new Place(
          "az://" + Azurite.shared().newContainer() + "/ward-7/",
          "",
          Map.of("AZURE_STORAGE_CONNECTION_STRING", Azurite.shared().connectionString()));
    }

    /** The account's key by itself, and the emulator's endpoint as a setting. */
    static Place azureByKey() {
      return new Place(
          "az://" + Azurite.shared().newContainer() + "/",
          "[storage]\nendpoint = '" + Azurite.shared().endpoint() + "'\n",
          Map.of(
              "AZURE_STORAGE_ACCOUNT", Azurite.ACCOUNT, "AZURE_STORAGE_KEY", Azurite.ACCOUNT_KEY));
    }
  }

  static Stream<List<String>> combinations() {
    return Stream.of(
        List.of("s3", "embedded"),
        List.of("azure", "postgresql"),
        List.of("azure by key", "embedded"),
        List.of("local", "postgresql"),
        List.of("s3", "postgresql"));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void station_worksAsOneOnThisMachine(List<String> combination) throws IOException {
    Place place =
        switch (combination.getFirst()) {
          case "s3" -> Place.s3();
          case "azure" -> Place.azure();
          case "azure by key" -> Place.azureByKey();
          default -> new Place("data", "", Map.of());
        };
    List<String> init = new ArrayList<>(List.of("init", "--data-path", place.dataPath()));
    if (combination.contains("postgresql")) {
      init.addAll(List.of("--catalog", PostgreSql.shared().url(PostgreSql.shared().newDatabase())));
    }
    done(place, init.toArray(String[]::new));
    Path file = folder.resolve("station.toml");
    String written = Files.readString(file);
    Files.writeString(
        file,
        place.settings().isEmpty() ? written : written.replace("[storage]\n", place.settings()));

    assertThat(done(place, "config", "show", "--json").json().path("data_path").asString())
        .endsWith(combination.getFirst().equals("local") ? "data/" : place.dataPath());
    done(place, "doctor");
    done(place, "materialize", "--quiet");
    String cities = "SELECT city, patients FROM report.patients_by_city ORDER BY ALL";
    String before = done(place, "query", "--format", "csv", cities).out();
    long newest = newest(place);

    // Nothing has changed, so there is no new snapshot.
    done(place, "materialize", "--quiet");
    assertThat(newest(place)).isEqualTo(newest);

    Path landing = folder.resolve("landing/patients/patients.csv");
    List<String> lines = Files.readAllLines(landing);
    Files.write(landing.resolveSibling("more.csv"), List.of(lines.get(0), MORE));
    done(place, "materialize", "--quiet");
    String after = done(place, "query", "--format", "csv", cities).out();
    assertThat(after).contains("Nowhere,1").isNotEqualTo(before);
    assertThat(done(place, "query", "--at", Long.toString(newest), "--format", "csv", cities).out())
        .isEqualTo(before);
    assertThat(newest(place)).isGreaterThan(newest);
    done(place, "assets");
    assertThat(done(place, "doctor").out()).doesNotContain("FAILED");
    done(place, "query", "FROM duckdb_secrets()");
    done(place, "query", "SELECT path FROM duckdb_databases()");
    done(place, "query", "SELECT name, value FROM duckdb_settings()");

    assertThat(outputs).noneMatch(text -> SECRETS.stream().anyMatch(text::contains));
  }

  @Test
  void lakeThatWasCopied_goesOnWhereTheOtherEnded() throws IOException {
    Place place = Place.s3();
    Path home = folder.resolve("home");
    Path away = folder.resolve("away");
    done(place, "init", home.toString());
    done(
        place,
        "init",
        away.toString(),
        "--data-path",
        place.dataPath() + "data/",
        "--catalog",
        PostgreSql.shared().url(PostgreSql.shared().newDatabase()));
    Path file = away.resolve("station.toml");
    Files.writeString(file, Files.readString(file).replace("[storage]\n", place.settings()));
    Files.writeString(folder.resolve("scan.txt"), "a scan");
    done(place, "-C", home.toString(), "materialize", "--quiet");
    done(place, "-C", home.toString(), "files", "add", "scan.txt", "--to", "imaging.scans");
    done(place, "-C", home.toString(), "fsck", "--level", "content");
    String snapshots = done(place, "-C", home.toString(), "snapshots", "--json").out();

    JsonNode copied =
        done(place, "-C", home.toString(), "lake", "copy", "--to", away.toString(), "--json")
            .json();
    assertThat(copied.path("files").asInt()).isGreaterThan(3);
    assertThat(done(place, "-C", away.toString(), "snapshots", "--json").out())
        .isEqualTo(snapshots);

    // Nothing has changed for the assets, whose history came along.
    done(place, "-C", away.toString(), "materialize", "--quiet");
    assertThat(done(place, "-C", away.toString(), "snapshots", "--json").out())
        .isEqualTo(snapshots);
    String ledger =
        "SELECT count(*) FILTER (verified_at IS NOT NULL) FROM __ducklake_metadata_lake._tarn.ledger";
    String verified = done(place, "-C", home.toString(), "query", "--format", "csv", ledger).out();
    assertThat(done(place, "-C", away.toString(), "query", "--format", "csv", ledger).out())
        .isEqualTo(verified)
        .doesNotContain("\n0\n");
    TypedCommand again = TypedCommand.in(folder);
    place.environment().forEach(again::with);
    assertThat(
            again
                .run("-C", home.toString(), "lake", "copy", "--to", away.toString())
                .exitingWith(3)
                .err())
        .contains("is not empty");
  }

  private long newest(Place place) {
    return done(place, "snapshots", "--json").json().path(0).path("id").asLong();
  }

  private Ended done(Place place, String... arguments) {
    TypedCommand command = TypedCommand.in(folder);
    place.environment().forEach(command::with);
    Ended ended = command.run(arguments);
    outputs.add(ended.out() + ended.err());
    return ended.exitingWith(0);
  }
}
