package tarn.storage.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.CatalogLocation;
import tarn.lake.EngineSettings;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.Session;
import tarn.storage.AzureCredentials;
import tarn.storage.AzureSettings;
import tarn.storage.NetworkSettings;
import tarn.storage.ObjectStore;
import tarn.storage.S3Credentials;
import tarn.storage.S3Settings;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;
import tarn.storage.StoreLocations;
import tarn.storage.StoreSettings;
import tarn.storage.connect.EngineAccess;
import tarn.storage.connect.Stores;
import tarn.testkit.BareEngine;
import tarn.testkit.Checkout;
import tarn.testkit.LakePlace;
import tarn.testkit.emulator.Azurite;
import tarn.testkit.emulator.PostgreSql;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;

@Tag("slow")
class LakeCopyTest {
  private static final StoreSettings STORES =
      new StoreSettings(
          new S3Settings(
              Optional.of(VersityGateway.shared().endpoint()),
              Optional.empty(),
              S3Settings.UrlStyle.AUTOMATIC,
              S3Settings.Checksums.CRC32,
              new S3Credentials.Keys(
                  S3Emulator.ACCESS_KEY, new Secret(S3Emulator.SECRET_KEY), Optional.empty())),
          new AzureSettings(
              Optional.empty(),
              new AzureCredentials.ConnectionString(
                  new Secret(Azurite.shared().connectionString()))),
          NetworkSettings.DEFAULT);

  @TempDir Path folder;

  private LakeCopy.Place place(String name, String dataPath, CatalogLocation catalog) {
    StoreLocation location = StoreLocations.parse(dataPath, folder);
    return new LakeCopy.Place(
        new LakeSettings(
            catalog,
            location.text(),
            new EngineSettings("500MB", 2, folder.resolve("temp-" + name), Optional.empty()),
            EngineAccess.of(location, STORES)),
        location,
        beside(location),
        STORES);
  }

  /** The files of a lake lie beside its data. */
  private static Optional<StoreLocation> beside(StoreLocation data) {
    String text = data.text();
    String above = text.substring(0, text.lastIndexOf('/', text.length() - 2) + 1);
    return above.endsWith("//")
        ? Optional.empty()
        : Optional.of(StoreLocations.parse(above + "files/", Path.of("/")));
  }

  private LakeCopy.Place local(String name) {
    return place(name, name + "/data", embedded(name));
  }

  private CatalogLocation embedded(String name) {
    return new CatalogLocation.DuckDbFile(folder.resolve(name + ".ducklake"));
  }

  private static CatalogLocation server() {
    PostgreSql server = PostgreSql.shared();
    return LakePlace.postgreSql(server.port(), server.newDatabase());
  }

  private static void fill(LakeCopy.Place place) {
    try (Lake lake = Lake.create(place.lake(), Checkout.extensions());
        Session session = lake.session()) {
      session.execute("CREATE SCHEMA lake.ward");
      session.execute("CREATE TABLE lake.ward.stays (id BIGINT, unit VARCHAR, since TIMESTAMPTZ)");
      session.execute("ALTER TABLE lake.ward.stays SET PARTITIONED BY (unit)");
      session.execute(
          "INSERT INTO lake.ward.stays SELECT range, ['ü/x', 'p=1&q', 'ICU'][1 + range % 3],"
              + " TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (range) HOUR FROM range(3000)");
      session.execute("DELETE FROM lake.ward.stays WHERE id % 7 = 0");
      session.execute("UPDATE lake.ward.stays SET unit = 'ICU' WHERE id % 11 = 0");
      session.execute("ALTER TABLE lake.ward.stays ADD COLUMN note VARCHAR");
      session.execute("INSERT INTO lake.ward.stays VALUES (9001, 'ICU', now(), 'it''s')");
      session.execute("COMMENT ON TABLE lake.ward.stays IS 'who lay where'");
      // Kept in the catalog itself, as the station's own history is.
      session.execute("CREATE SCHEMA lake._tarn");
      session.execute("CALL lake.set_option('data_inlining_row_limit', 1000, schema => '_tarn')");
      session.execute(
          "CREATE TABLE lake._tarn.runs (id VARCHAR, began TIMESTAMPTZ, amount BIGINT, good BOOLEAN)");
      session.execute(
          "INSERT INTO lake._tarn.runs VALUES ('ü\\x41 ''x''', TIMESTAMPTZ '2026-11-23 10:00:00.123456+01',"
              + " -7, true), (NULL, NULL, NULL, NULL), ('', now(), 9223372036854775807, false)");
      session.execute(
          "CREATE VIEW lake.ward.icu AS SELECT * FROM lake.ward.stays WHERE unit = 'ICU'");
    }
  }

  /** Everything that a reader can tell of every snapshot, by an engine without this project. */
  private static List<String> history(LakeCopy.Place place) {
    try (BareEngine bare = BareEngine.start()) {
      bare.attach(place.lake());
      List<String> all =
          new ArrayList<>(
              bare.rows(
                  "SELECT snapshot_id, epoch_us(snapshot_time), schema_version, changes FROM"
                      + " ducklake_snapshots('lake') ORDER BY ALL"));
      long newest =
          Long.parseLong(bare.value("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')"));
      for (long snapshot = 3; snapshot <= newest; snapshot++) {
        all.addAll(
            bare.rows(
                "SELECT count(*), sum(hash(t::VARCHAR)) FROM (FROM lake.ward.stays AT (VERSION => %d)) t"
                    .formatted(snapshot)));
      }
      all.addAll(bare.rows("SELECT count(*) FROM lake.ward.icu"));
      all.addAll(
          bare.rows("SELECT id, epoch_us(began), amount, good FROM lake._tarn.runs ORDER BY ALL"));
      all.addAll(bare.rows("SELECT comment FROM duckdb_tables() WHERE table_name = 'stays'"));
      return all;
    }
  }

  private LakeCopy.Copied copy(LakeCopy.Place from, LakeCopy.Place to) {
    return new LakeCopy(Checkout.extensions(), _ -> {}).copy(from, to);
  }

  @Test
  void lake_goesToS3AndPostgreSqlAndBack_withItsHistory() throws IOException {
    LakeCopy.Place home = local("home");
    fill(home);
    List<String> history = history(home);
    assertThat(history).hasSizeGreaterThan(15);
    Path blob = folder.resolve("home/files/sha256/ab/ab01");
    Files.createDirectories(Objects.requireNonNull(blob.getParent()));
    Files.writeString(blob, "a scan");

    LakeCopy.Place away =
        place("away", "s3://" + VersityGateway.shared().newBucket() + "/ward 7/data/", server());
    LakeCopy.Copied first = copy(home, away);
    assertThat(history(away)).isEqualTo(history);
    assertThat(first.present()).isZero();
    assertThat(first.files()).isPositive();

    // It can be written to as any other.
    try (Lake lake = Lake.create(away.lake(), Checkout.extensions());
        Session session = lake.session()) {
      session.execute("DELETE FROM lake.ward.stays WHERE id % 5 = 0");
    }
    List<String> longer = history(away);
    assertThat(longer).hasSizeGreaterThan(history.size());

    LakeCopy.Place back =
        place("back", "az://" + Azurite.shared().newContainer() + "/data/", embedded("back"));
    assertThat(copy(away, back).files()).isGreaterThan(first.files());
    assertThat(history(back)).isEqualTo(longer);
    try (ObjectStore files = Stores.open(back.files().orElseThrow(), STORES)) {
      assertThat(files.head("sha256/ab/ab01")).isPresent();
    }
    assertThat(history(home)).isEqualTo(history);
  }

  @Test
  void copyThatWasInterrupted_keepsWhatIsThere_andOneThatIsFullIsRefused() {
    LakeCopy.Place home = local("home");
    fill(home);
    LakeCopy.Place first = local("first");
    LakeCopy.Copied whole = copy(home, first);
    // The same data with an empty catalog: what a copy leaves that ends before its last step.
    LakeCopy.Place again = place("again", "first/data", embedded("again"));
    LakeCopy.Copied rest = copy(home, again);

    assertThat(rest)
        .isEqualTo(new LakeCopy.Copied(whole.files(), whole.files(), 0, whole.snapshot()));
    assertThat(history(again)).isEqualTo(history(home));
    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> copy(home, again))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_INVALID))
        .withMessageContaining("is not empty");
  }

  @Test
  void lakeWithFilesElsewhere_isRefused() {
    LakeCopy.Place home = local("home");
    fill(home);
    try (Lake lake = Lake.create(home.lake(), Checkout.extensions());
        Session session = lake.session()) {
      session.execute(
          "COPY (SELECT 1::BIGINT AS id) TO '"
              + folder.resolve("own.parquet")
              + "' (FORMAT parquet)");
      session.execute("CREATE TABLE lake.ward.own (id BIGINT)");
      session.execute(
          "CALL ducklake_add_data_files('lake', 'own', '"
              + folder.resolve("own.parquet")
              + "', schema => 'ward')");
    }
    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> copy(home, local("other")))
        .withMessageContaining("own.parquet");
  }
}
