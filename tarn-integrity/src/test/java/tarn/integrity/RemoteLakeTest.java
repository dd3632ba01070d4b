package tarn.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.backup.Backup;
import tarn.integrity.backup.Manifest.DataFiles;
import tarn.integrity.backup.Restore;
import tarn.integrity.check.Progress;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.files.StoreFiles;
import tarn.integrity.finding.Level;
import tarn.integrity.maintain.Leftovers;
import tarn.integrity.maintain.Maintenance;
import tarn.integrity.repair.Repair;
import tarn.integrity.repair.RepairPlan;
import tarn.integrity.repair.Replicas;
import tarn.integrity.report.FsckReport;
import tarn.lake.CatalogLocation;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.Session;
import tarn.storage.AzureCredentials;
import tarn.storage.AzureSettings;
import tarn.storage.ByteRange;
import tarn.storage.IncompleteUpload;
import tarn.storage.NetworkSettings;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.S3Credentials;
import tarn.storage.S3Settings;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;
import tarn.storage.StoreLocations;
import tarn.storage.StoreSettings;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.connect.Stores;
import tarn.testkit.BareEngine;
import tarn.testkit.Checkout;
import tarn.testkit.LakePlace;
import tarn.testkit.ScratchLake;
import tarn.testkit.emulator.Azurite;
import tarn.testkit.emulator.PostgreSql;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;

/** Lakes in object stores and with a catalog in PostgreSQL. */
@Tag("slow")
class RemoteLakeTest {
  private static final String ALL = "SELECT id, note, ward FROM visit ORDER BY ALL";

  @TempDir Path folder;

  private static ScratchLake make(String place, Path folder) {
    System.setProperty(LakePlace.PROPERTY, place);
    try {
      ScratchLake scratch = ScratchLake.in(folder);
      scratch.execute("CREATE TABLE visit (id BIGINT, note VARCHAR, ward VARCHAR)");
      // Names that stores and URLs write in different ways.
      scratch.execute("ALTER TABLE visit SET PARTITIONED BY (ward)");
      scratch.execute(
          "INSERT INTO visit SELECT i, 'note ' || i, ['ü/x', 'p=1&q#?', 'a b%20c'][1 + i % 3]"
              + " FROM range(1000) t(i)");
      scratch.execute(
          "INSERT INTO visit SELECT i, 'note ' || i, 'ICU' FROM range(1000, 3000) t(i)");
      scratch.execute("DELETE FROM visit WHERE id % 10 = 3");
      return scratch;
    } finally {
      System.clearProperty(LakePlace.PROPERTY);
    }
  }

  private static StoreSettings stores() {
    return new StoreSettings(
        new S3Settings(
            Optional.of(VersityGateway.shared().endpoint()),
            Optional.empty(),
            S3Settings.UrlStyle.AUTOMATIC,
            S3Settings.Checksums.CRC32,
            new S3Credentials.Keys(
                S3Emulator.ACCESS_KEY, new Secret(S3Emulator.SECRET_KEY), Optional.empty())),
        new AzureSettings(
            Optional.empty(),
            new AzureCredentials.ConnectionString(new Secret(Azurite.shared().connectionString()))),
        NetworkSettings.DEFAULT);
  }

  private static ObjectStore store(String dataPath) {
    return Stores.open(StoreLocations.parse(dataPath, Path.of("/")), stores());
  }

  private static FsckReport check(ScratchLake scratch, FileStore files, Level level) {
    return new Fsck(scratch.lake(), files, () -> false, Progress.NONE).run(FsckRequest.of(level));
  }

  private static List<String> codes(FsckReport report) {
    return report.findings().stream().map(each -> each.type().code()).toList();
  }

  /** Data files of the partition that has no odd name. */
  private static String dataFile(ObjectStore store) {
    try (var listed = store.list("main/visit/")) {
      return listed
          .map(StoredObject::key)
          .filter(key -> key.contains("ICU") && !key.contains("-delete"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static byte[] bytes(ObjectStore store, String key) throws IOException {
    try (ObjectInput input = store.read(key, ByteRange.ALL)) {
      return input.readAllBytes();
    }
  }

  private static void write(ObjectStore store, String key, byte[] bytes) {
    store.write(key, new ByteArrayInputStream(bytes), new WriteCondition.Always());
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3+embedded", "azure+embedded", "s3+postgresql"})
  void damagedObjects_areFound(String place) throws Exception {
    try (ScratchLake scratch = make(place, folder);
        ObjectStore store = store(scratch.settings().dataPath())) {
      FileStore files = new StoreFiles(store, scratch.settings().dataPath());
      FsckReport clean = check(scratch, files, Level.DECODE);
      assertThat(Specimens.lines(clean)).isEmpty();
      assertThat(clean.coverage().never()).isZero();
      String key = dataFile(store);
      byte[] original = bytes(store, key);

      store.delete(List.of(key));
      assertThat(codes(check(scratch, files, Level.EXISTS))).containsExactly("file.missing");
      byte[] flipped = original.clone();
      flipped[50] ^= 1;
      write(store, key, flipped);
      assertThat(codes(check(scratch, files, Level.FOOTER))).isEmpty();
      assertThat(codes(check(scratch, files, Level.CONTENT))).containsExactly("file.modified");
      write(store, key, original);
      write(store, "main/visit/stray.parquet", original);
      assertThat(codes(check(scratch, files, Level.CONTENT))).containsExactly("orphan");
      store.delete(List.of("main/visit/stray.parquet"));
      assertThat(codes(check(scratch, files, Level.CONTENT))).isEmpty();
      assertThat(new IntegrityHistory(scratch.lake()).open()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3+postgresql", "azure+embedded"})
  void damagedObjects_areMendedAndThatIsUndone(String place) throws Exception {
    try (ScratchLake scratch = make(place, folder);
        ObjectStore store = store(scratch.settings().dataPath())) {
      FileStore files = new StoreFiles(store, scratch.settings().dataPath());
      List<String> rows = scratch.rows(ALL);
      check(scratch, files, Level.CONTENT);
      String key = dataFile(store);
      byte[] original = bytes(store, key);
      Path replica = folder.resolve("replica").resolve(key);
      Files.createDirectories(replica.getParent());
      Files.write(replica, original);
      byte[] flipped = original.clone();
      flipped[50] ^= 1;
      write(store, key, flipped);
      write(store, "main/visit/stray.parquet", original);

      Repair repair =
          new Repair(scratch.lake(), files, Replicas.FOLDERS, folder.resolve("repairs"));
      RepairPlan plan =
          repair.plan(
              check(scratch, files, Level.CONTENT),
              List.of(folder.resolve("replica").toString()),
              Duration.ZERO);
      assertThat(plan.steps().stream().map(step -> step.action().text()))
          .containsExactlyInAnyOrder("restore", "quarantine");
      Repair.Applied applied = repair.apply(RepairPlan.parse(plan.json()));

      assertThat(applied.done()).allMatch(done -> done.ending() == Repair.Ending.DONE);
      assertThat(Specimens.lines(check(scratch, files, Level.CONTENT))).isEmpty();
      assertThat(bytes(store, key)).isEqualTo(original);
      assertThat(applied.folder().resolve("quarantine/main/visit/stray.parquet"))
          .hasBinaryContent(original);
      assertThat(scratch.rows(ALL)).isEqualTo(rows);

      repair.undo(applied.repair());
      assertThat(bytes(store, key)).isEqualTo(flipped);
      assertThat(codes(check(scratch, files, Level.CONTENT)))
          .containsExactlyInAnyOrder("file.modified", "orphan");

      // Without a copy, the rows of a lost object are given up; the others can be read.
      store.delete(List.of(key, "main/visit/stray.parquet"));
      RepairPlan without =
          repair.plan(check(scratch, files, Level.EXISTS), List.of(), Duration.ZERO);
      assertThat(repair.apply(without).done())
          .singleElement()
          .satisfies(done -> assertThat(done.ending()).isEqualTo(Repair.Ending.DONE));
      assertThat(scratch.rows(ALL))
          .isEqualTo(rows.stream().filter(row -> !row.endsWith("|ICU")).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3+postgresql", "azure+embedded", "local+postgresql"})
  void lake_isKeptSmall(String place) throws Exception {
    try (ScratchLake scratch = make(place, folder);
        LakeFiles files =
            LakeFiles.open(
                StoreLocations.parse(scratch.settings().dataPath(), Path.of("/")), stores())) {
      List<String> rows = scratch.rows(ALL);
      long before = scratch.dataFiles().size();

      Maintenance.Report report =
          new Maintenance(scratch.lake(), files)
              .run(
                  new Maintenance.Wish(
                      Optional.of(Duration.ZERO), 0.01, Duration.ZERO, Optional.empty()));

      assertThat(report.snapshotsExpired()).isPositive();
      assertThat(report.filesRemoved()).isPositive();
      assertThat(scratch.dataFiles()).hasSizeLessThan((int) before);
      assertThat(scratch.rows(ALL)).isEqualTo(rows);
      assertThat(Specimens.lines(check(scratch, files.files(), Level.DECODE))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3+postgresql", "azure+embedded"})
  void lake_comesBackFromItsBackup(String place) throws Exception {
    LakeSettings settings;
    List<String> rows;
    Path backup;
    try (ScratchLake scratch = make(place, folder);
        ObjectStore store = store(scratch.settings().dataPath())) {
      settings = scratch.settings();
      FileStore files = new StoreFiles(store, settings.dataPath());
      rows = scratch.rows(ALL);
      check(scratch, files, Level.CONTENT);
      Backup.Made made =
          new Backup(scratch.lake(), files, folder.resolve("backups"), Progress.NONE)
              .make(DataFiles.COPIED);
      assertThat(made.unfit()).isEmpty();
      backup = made.backup();
      scratch.execute("DELETE FROM visit WHERE id < 2000");
      store.delete(List.of(dataFile(store)));
    }
    try (LakeFiles files =
        LakeFiles.open(StoreLocations.parse(settings.dataPath(), Path.of("/")), stores())) {
      if (settings.catalog() instanceof CatalogLocation.PostgreSql) {
        LakeSettings full = settings;
        assertThatExceptionOfType(TarnException.class)
            .isThrownBy(() -> restore(full, files).restore(backup, Level.EXISTS))
            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CATALOG_INVALID))
            .withMessageContaining("is not empty");
        settings =
            new LakeSettings(
                LakePlace.postgreSql(PostgreSql.shared().port(), PostgreSql.shared().newDatabase()),
                settings.dataPath(),
                settings.engine(),
                settings.access());
      }
      Restore.Restored restored = restore(settings, files).restore(backup, Level.CONTENT);
      assertThat(restored.errors()).isEmpty();
    }
    try (BareEngine bare = BareEngine.start()) {
      bare.attach(settings);
      bare.execute("USE lake");
      assertThat(bare.rows(ALL)).isEqualTo(rows);
    }
    // It can be written to as before.
    try (Lake lake = Lake.create(settings, Checkout.extensions());
        var session = lake.session()) {
      session.execute("INSERT INTO visit VALUES (9000, 'later', 'ICU')");
    }
  }

  private Restore restore(LakeSettings settings, LakeFiles files) {
    return new Restore(settings, files.files(), Checkout.extensions(), folder.resolve("work"));
  }

  @Test
  void catalogInPostgreSql_isCheckedAsAnyOther() throws Exception {
    try (ScratchLake scratch = make("local+postgresql", folder)) {
      assertThat(Specimens.lines(Fsck.run(scratch.lake(), FsckRequest.of(Level.CONTENT))))
          .isEmpty();
      Path file =
          Path.of(scratch.settings().dataPath())
              .resolve(
                  scratch.dataFiles().stream()
                      .filter(each -> each.toString().endsWith(".parquet"))
                      .findFirst()
                      .orElseThrow());
      Files.delete(file);
      FsckReport report = Fsck.run(scratch.lake(), FsckRequest.of(Level.CONTENT));
      assertThat(report.findings()).hasSize(1);
      assertThat(new IntegrityHistory(scratch.lake()).open()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3+embedded", "azure+embedded"})
  void whatStoppedWritesLeft_isFoundByItsAgeAndRemoved(String place) {
    try (ScratchLake scratch = make(place, folder);
        ObjectStore store = store(scratch.settings().dataPath());
        Session session = scratch.lake().catalogSession()) {
      String table = dataFile(store).replaceFirst("/[^/]*$", "/");
      write(store, table + "ducklake-stopped.parquet", new byte[0]);
      write(store, table + "notes.txt", new byte[0]);
      write(store, table + "ducklake-whole.parquet", new byte[] {1});
      // A file that the catalog has is none, however empty.
      String needed = dataFile(store);
      byte[] original = contents(store, needed);
      write(store, needed, new byte[0]);

      assertThat(Leftovers.find(session, store, Instant.now().minus(Duration.ofDays(1))).empty())
          .isEmpty();
      Leftovers found = Leftovers.find(session, store, Instant.now().plus(Duration.ofDays(1)));
      assertThat(found.empty()).containsExactly(table + "ducklake-stopped.parquet");
      found.remove(store);
      assertThat(store.head(table + "ducklake-stopped.parquet")).isEmpty();
      assertThat(store.head(table + "notes.txt")).isPresent();
      assertThat(store.head(table + "ducklake-whole.parquet")).isPresent();
      assertThat(store.head(needed)).isPresent();
      write(store, needed, original);
    }
  }

  @Test
  void uploadThatWasNeverCompleted_isAborted() {
    try (ScratchLake scratch = make("s3+embedded", folder);
        ObjectStore store = store(scratch.settings().dataPath());
        Session session = scratch.lake().catalogSession();
        S3Client bare =
            S3Client.builder()
                .endpointOverride(VersityGateway.shared().endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .httpClient(UrlConnectionHttpClient.create())
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(S3Emulator.ACCESS_KEY, S3Emulator.SECRET_KEY)))
                .build()) {
      StoreLocation.S3 place =
          (StoreLocation.S3) StoreLocations.parse(scratch.settings().dataPath(), Path.of("/"));
      bare.createMultipartUpload(
          each -> each.bucket(place.bucket()).key(place.prefix() + "main/visit/stopped.parquet"));

      assertThat(Leftovers.find(session, store, Instant.now().minus(Duration.ofDays(1))).uploads())
          .isEmpty();
      Leftovers found = Leftovers.find(session, store, Instant.now().plus(Duration.ofDays(1)));
      assertThat(found.uploads())
          .extracting(IncompleteUpload::key)
          .containsExactly("main/visit/stopped.parquet");
      found.remove(store);
      assertThat(Leftovers.find(session, store, Instant.now().plus(Duration.ofDays(1))).uploads())
          .isEmpty();
    }
  }

  private static byte[] contents(ObjectStore store, String key) {
    try {
      return bytes(store, key);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
