package tarn.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tarn.lake.CatalogLocation;
import tarn.lake.DataAccess;
import tarn.lake.EngineSettings;
import tarn.lake.LakeSettings;
import tarn.testkit.emulator.Azurite;
import tarn.testkit.emulator.PostgreSql;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;

/**
 * Where the lakes of tests lie: their data, and their catalog. Suites are written for any place;
 * the system property {@code tarn.test.lake} (such as {@code s3+postgresql}) says which one holds.
 */
public record LakePlace(Data data, Catalog catalog) {
  /** Names the place of the lakes that are made from now on. */
  public static final String PROPERTY = "tarn.test.lake";

  /** One bucket, container or database for each folder of a test. */
  private static final Map<Path, LakeSettings> KNOWN = new ConcurrentHashMap<>();

  /** Where the data files lie. */
  public enum Data {
    LOCAL,
    S3,
    AZURE
  }

  /** Where the catalog lies. */
  public enum Catalog {
    EMBEDDED,
    POSTGRESQL
  }

  /** The one that holds now. */
  public static LakePlace current() {
    String[] parts = System.getProperty(PROPERTY, "local+embedded").split("\\+", -1);
    return new LakePlace(
        Data.valueOf(parts[0].toUpperCase(Locale.ROOT)),
        Catalog.valueOf(parts[1].toUpperCase(Locale.ROOT)));
  }

  /** The lake of a test's folder: the same one whenever it is asked for. */
  LakeSettings settings(Path folder, EngineSettings engine) {
    LakeSettings place = KNOWN.computeIfAbsent(folder, _ -> make(folder, engine));
    return new LakeSettings(place.catalog(), place.dataPath(), engine, place.access());
  }

  private LakeSettings make(Path folder, EngineSettings engine) {
    CatalogLocation location =
        switch (catalog) {
          case EMBEDDED -> new CatalogLocation.DuckDbFile(folder.resolve("lake/catalog.ducklake"));
          case POSTGRESQL ->
              postgreSql(PostgreSql.shared().port(), PostgreSql.shared().newDatabase());
        };
    return switch (data) {
      case LOCAL -> new LakeSettings(location, folder.resolve("lake/data") + "/", engine);
      case S3 -> {
        String path = "s3://" + VersityGateway.shared().newBucket() + "/lake/";
        yield new LakeSettings(location, path, engine, () -> s3(path));
      }
      case AZURE -> {
        String path = "az://" + Azurite.shared().newContainer() + "/lake/";
        yield new LakeSettings(location, path, engine, () -> azure(path));
      }
    };
  }

  /** A database of the tests' server as a catalog. */
  public static CatalogLocation.PostgreSql postgreSql(int port, String database) {
    return new CatalogLocation.PostgreSql(
        "127.0.0.1", port, database, Optional.of(PostgreSql.OWNER), new TreeMap<>());
  }

  private static DataAccess.Grant s3(String path) {
    return new DataAccess.Grant(
        List.of("httpfs"),
        List.of(
            "CREATE OR REPLACE SECRET test (TYPE s3, KEY_ID '%s', SECRET '%s', ENDPOINT '%s', URL_STYLE 'path', USE_SSL false, REGION 'us-east-1', SCOPE '%s')"
                .formatted(
                    S3Emulator.ACCESS_KEY,
                    S3Emulator.SECRET_KEY,
                    VersityGateway.shared().endpoint().getAuthority(),
                    path)),
        List.of(),
        Optional.empty());
  }

  private static DataAccess.Grant azure(String path) {
    return new DataAccess.Grant(
        List.of("azure"),
        List.of(
            "CREATE OR REPLACE SECRET test (TYPE azure, CONNECTION_STRING '%s', SCOPE '%s')"
                .formatted(Azurite.shared().connectionString(), path)),
        List.of(),
        Optional.empty());
  }

  @Override
  public String toString() {
    return (data + "+" + catalog).toLowerCase(Locale.ROOT);
  }
}
