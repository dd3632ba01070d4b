package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.gateway.local.LocalDoor;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;
import tarn.testkit.Checkout;

/** While a service has the lake open, commands go through it and nobody notices. */
class ServedCommandsTest {
  @TempDir Path folder;
  private Lake lake;
  private LocalDoor door;

  @BeforeEach
  void serve() throws IOException {
    Files.writeString(folder.resolve("station.toml"), "name = 'test'\n");
    Files.createDirectories(folder.resolve("assets/raw"));
    Files.writeString(folder.resolve("assets/raw/t.sql"), "SELECT 1 AS n");
    Station station =
        Station.open(folder, Map.of("TARN_ENGINE_MEMORY_LIMIT", "1GB", "TARN_ENGINE_THREADS", "2"));
    lake = Lake.create(station.settings().lake(), Checkout.extensions());
    door =
        LocalDoor.open(
            station,
            (command, out, err, gone) -> new Served(station, lake, gone).run(command, out, err));
  }

  @AfterEach
  void stop() throws IOException {
    door.close();
    lake.close();
  }

  private TypedCommand typed() {
    return TypedCommand.in(folder);
  }

  private String tables() {
    try (Session session = lake.session()) {
      return session
          .queryFirst(
              "SELECT string_agg(table_name ORDER BY table_name) FROM duckdb_tables()"
                  + " WHERE database_name = 'lake' AND schema_name = 'raw'",
              row -> String.valueOf(row.getString(1)))
          .orElseThrow();
    }
  }

  @Test
  void commands_workOnTheLakeThatTheServiceHasOpen() {
    System.setProperty("tarn.home", Checkout.folder().resolve(".tarn").toString());
    typed().run("materialize").exitingWith(0);
    assertThat(tables()).isEqualTo("t");
    assertThat(typed().run("query", "--format", "csv", "SELECT n FROM raw.t").exitingWith(0).out())
        .isEqualTo("n\n1\n");
    assertThat(
            typed().run("assets", "--json").exitingWith(0).json().path(0).path("state").asString())
        .isEqualTo("current");
    assertThat(typed().run("snapshots", "--limit", "1").exitingWith(0).out()).contains("raw/t");
    assertThat(
            typed()
                .given("SELECT 7 AS n")
                .run("query", "--json", "-")
                .exitingWith(0)
                .json()
                .path(0)
                .path("n")
                .asInt())
        .isEqualTo(7);
    assertThat(typed().run("query", "SELECT nonsense").exitingWith(2).err())
        .contains("error[query.invalid]");
    assertThat(typed().run("query", "--at", "0", "SELECT 1 AS n").exitingWith(0).out())
        .contains("1");
    assertThat(
            typed()
                .run("fsck", "--level", "content", "--json")
                .exitingWith(0)
                .json()
                .path("status")
                .asString())
        .isEqualTo("clean");
  }

  @Test
  void doorsFile_isItsOwnersAlone_andGoesWithTheService() throws IOException {
    Path file = folder.resolve("lake/catalog.ducklake.serve");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    door.close();
    assertThat(file).doesNotExist();
  }
}
