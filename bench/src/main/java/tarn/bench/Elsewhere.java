package tarn.bench;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.WriteMode;
import tarn.assets.io.IoManager;
import tarn.assets.io.WritePlan;
import tarn.assets.io.WritePlan.UnchangedPolicy;
import tarn.base.Json;
import tarn.lake.Access;
import tarn.lake.CommitMessage;
import tarn.lake.DataAccess;
import tarn.lake.EngineSettings;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.Transaction;
import tarn.lake.extension.ExtensionStore;
import tarn.storage.AzureSettings;
import tarn.storage.NetworkSettings;
import tarn.storage.ObjectStore;
import tarn.storage.S3Credentials;
import tarn.storage.S3Settings;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.StoredObject;
import tarn.storage.connect.EngineAccess;
import tarn.storage.connect.Stores;
import tarn.testkit.LakePlace;
import tarn.testkit.emulator.PostgreSql;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;

/** Lakes in S3 and PostgreSQL, each beside the bare library that does the same. */
@Command(name = "elsewhere")
final class Elsewhere implements Callable<Integer> {
  @Option(names = "--rounds", required = true)
  private int rounds;

  @Option(names = "--objects", required = true)
  private int objects;

  @Option(names = "--commits", required = true)
  private int commits;

  @Option(names = "--data", required = true)
  private Path data = Path.of("");

  @Option(names = "--copies", required = true)
  private int copies;

  @Option(names = "--folder", required = true)
  private Path folder = Path.of("");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Elsewhere()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    listing();
    for (int writers : List.of(1, 8, 16)) {
      for (int round = 0; round <= rounds; round++) {
        for (Writing writing : Writing.values()) {
          commits(writing, writers, round);
        }
      }
    }
    write();
    return 0;
  }

  private static void print(String variant, int round, double seconds, long count, long failures) {
    System.out.println(
        Json.line(
            Map.of(
                "variant", variant, "round", round, "seconds", seconds, "count", count, "failures",
                failures)));
  }

  private static double seconds(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e9;
  }

  private void listing() throws Exception {
    VersityGateway gateway = VersityGateway.shared();
    String bucket = gateway.newBucket();
    gateway.plant(
        bucket, IntStream.range(0, objects).mapToObj(i -> "main/table%d/%d.parquet".formatted(i % 50, i)));
    try (S3Client bare = bare(gateway);
        ObjectStore store = Stores.open(new StoreLocation.S3(bucket, ""), settings(gateway))) {
      for (int round = 0; round <= rounds; round++) {
        AtomicInteger counted = new AtomicInteger();
        double pages =
            seconds(
                () -> {
                  bare.listObjectsV2Paginator(each -> each.bucket(bucket)).contents().stream()
                      .forEach(_ -> counted.incrementAndGet());
                  return counted;
                });
        print("LISTING_SDK", round, pages, counted.getAndSet(0), 0);
        double listed =
            seconds(
                () -> {
                  try (Stream<StoredObject> all = store.list("")) {
                    all.forEach(_ -> counted.incrementAndGet());
                  }
                  return counted;
                });
        print("LISTING", round, listed, counted.get(), 0);
      }
    }
  }

  private static S3Client bare(VersityGateway gateway) {
    return S3Client.builder()
        .endpointOverride(gateway.endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(S3Emulator.ACCESS_KEY, S3Emulator.SECRET_KEY)))
        .build();
  }

  private static StoreSettings settings(VersityGateway gateway) {
    return new StoreSettings(
        new S3Settings(
            Optional.of(gateway.endpoint()),
            Optional.empty(),
            S3Settings.UrlStyle.AUTOMATIC,
            S3Settings.Checksums.CRC32,
            new S3Credentials.Keys(
                S3Emulator.ACCESS_KEY, new Secret(S3Emulator.SECRET_KEY), Optional.empty())),
        AzureSettings.DEFAULT,
        NetworkSettings.DEFAULT);
  }

  /** Who commits, each writer with an engine of its own into a table of its own. */
  private enum Writing {
    /** DuckDB with its own retries. */
    ENGINE,
    /** Tarn's transactions without their locks. */
    UNCOORDINATED,
    COORDINATED
  }

  private LakeSettings lake(String database, DataAccess access, String dataPath, int number) {
    return new LakeSettings(
        LakePlace.postgreSql(PostgreSql.shared().port(), database),
        dataPath,
        new EngineSettings("500MB", 1, folder.resolve("temp" + number), Optional.empty()),
        access);
  }

  private static ExtensionStore extensions() {
    return new ExtensionStore(Path.of(System.getProperty("tarn.home")).resolve("extensions"));
  }

  private void commits(Writing writing, int writers, int round) throws Exception {
    String database = PostgreSql.shared().newDatabase();
    String dataPath = folder.resolve("commits-" + database) + "/";
    try (Lake lake =
            Lake.create(lake(database, DataAccess.local(), dataPath, 0), extensions());
        Session session = lake.session()) {
      for (int writer = 0; writer < writers; writer++) {
        session.execute("CREATE TABLE lake.main.t" + writer + " (i BIGINT)");
      }
    }
    AtomicInteger failures = new AtomicInteger();
    List<Writer> open = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
      for (int writer = 0; writer < writers; writer++) {
        open.add(writer(writing, database, dataPath, writer));
      }
      long start = System.nanoTime();
      List<Future<?>> running = new ArrayList<>();
      for (Writer writer : open) {
        running.add(executor.submit(() -> repeat(writer, failures)));
      }
      for (Future<?> each : running) {
        each.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      print(
          "COMMITS_" + writing + "_" + writers, round, seconds, (long) writers * commits,
          failures.get());
    } finally {
      for (Writer writer : open) {
        writer.close();
      }
    }
  }

  private void repeat(Writer writer, AtomicInteger failures) {
    for (int commit = 0; commit < commits; commit++) {
      try {
        writer.commit();
      } catch (RuntimeException | SQLException e) {
        failures.incrementAndGet();
      }
    }
  }

  private interface Writer extends AutoCloseable {
    void commit() throws SQLException;

    @Override
    void close() throws SQLException;
  }

  private Writer writer(Writing writing, String database, String dataPath, int number)
      throws SQLException {
    String insert = "INSERT INTO lake.main.t" + number + " VALUES (1)";
    if (writing == Writing.ENGINE) {
      Properties properties = new Properties();
      properties.setProperty("extension_directory", extensions().folder().toString());
      properties.setProperty("threads", "1");
      java.sql.Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", properties);
      try (Statement statement = connection.createStatement()) {
        statement.execute("LOAD ducklake; LOAD postgres_scanner");
        statement.execute(
            "ATTACH 'ducklake:postgres:host=127.0.0.1 port=%d user=postgres dbname=%s' AS lake (DATA_PATH '%s', DATA_INLINING_ROW_LIMIT 0)"
                .formatted(PostgreSql.shared().port(), database, dataPath));
      }
      return new Writer() {
        @Override
        public void commit() throws SQLException {
          try (Statement statement = connection.createStatement()) {
            statement.execute(insert);
          }
        }

        @Override
        public void close() throws SQLException {
          connection.close();
        }
      };
    }
    Lake lake =
        Lake.open(
            lake(database, DataAccess.local(), dataPath, number), Access.WRITE, extensions());
    Session session = lake.session();
    List<TableName> tables =
        writing == Writing.COORDINATED ? List.of(new TableName("main", "t" + number)) : List.of();
    return new Writer() {
      @Override
      public void commit() {
        Transaction.Result<Integer> _ =
            Transaction.run(
                lake,
                session,
                tables,
                within -> {
                  within.execute(insert);
                  return new Transaction.Decision.Commit<>(
                      number, new CommitMessage("bench", "commit", "{}"));
                });
      }

      @Override
      public void close() {
        session.close();
        lake.close();
      }
    };
  }

  private void write() throws Exception {
    String query =
        "SELECT * FROM read_parquet(["
            + String.join(", ", java.util.Collections.nCopies(copies, "'" + data + "'"))
            + "])";
    for (int round = 0; round <= rounds; round++) {
      VersityGateway gateway = VersityGateway.shared();
      StoreLocation.S3 location = new StoreLocation.S3(gateway.newBucket(), "lake/");
      LakeSettings settings =
          new LakeSettings(
              LakePlace.postgreSql(
                  PostgreSql.shared().port(), PostgreSql.shared().newDatabase()),
              location.text(),
              new EngineSettings(
                  "1GB",
                  Runtime.getRuntime().availableProcessors(),
                  folder.resolve("temp"),
                  Optional.empty()),
              EngineAccess.of(location, settings(gateway)));
      try (Lake lake = Lake.create(settings, extensions());
          Session session = lake.session()) {
        session.execute("CREATE SCHEMA bench");
        double engine =
            seconds(
                () -> {
                  session.execute("CREATE TABLE lake.bench.engine AS " + query);
                  return 0;
                });
        double tarn =
            seconds(
                () ->
                    new IoManager(lake, new IoManager.RunIdentity("bench", "bench"))
                        .handleOutput(
                            AssetKey.of("bench", "tarn"),
                            Output.relation(query),
                            new WritePlan(
                                new WriteMode.Replace(),
                                List.of(),
                                Set.of(),
                                List.of(),
                                UnchangedPolicy.ALWAYS_WRITE,
                                "bench",
                                Map.of(),
                                "",
                                Map.of())));
        print("S3_ENGINE", round, engine, 1, 0);
        print("S3_WRITE", round, tarn, 1, 0);
      }
    }
  }
}
