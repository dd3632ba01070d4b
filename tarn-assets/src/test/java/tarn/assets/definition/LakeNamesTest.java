package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.assets.AssetKey;
import tarn.assets.definition.Reads.Repeatability;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.TableName;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;

/** Queries that read assets through views and macros of a real lake. */
class LakeNamesTest {
  @TempDir private Path folder;
  @TempDir private Path lakeFolder;
  private StationFolder station = new StationFolder(Path.of(""));

  @BeforeEach
  void makeStation() {
    station =
        StationFolder.in(folder)
            .write("assets/raw/people.sql", "SELECT 1 AS id")
            .write("assets/raw/visits.sql", "SELECT 1 AS id")
            .write("assets/city.sql", "SELECT 1 AS id");
    try (ScratchLake lake = ScratchLake.in(lakeFolder)) {
      lake.execute("CREATE SCHEMA raw; CREATE SCHEMA old; CREATE SCHEMA broken");
      lake.execute("CREATE TABLE raw.people AS SELECT 1 AS id");
      lake.execute("CREATE TABLE raw.visits AS SELECT 1 AS id");
      lake.execute("CREATE TABLE city AS SELECT 1 AS id");
      lake.execute("CREATE TABLE old.things AS SELECT 1 AS id");
      lake.execute("CREATE TABLE broken.gone AS SELECT 1 AS id");
      lake.execute("CREATE VIEW old.seen AS FROM raw.people, city, old.things t");
      lake.execute("CREATE VIEW old.deep (n) AS SELECT s.id FROM old.seen s, raw.visits");
      lake.execute("CREATE VIEW old.near AS FROM old.things");
      lake.execute("CREATE VIEW broken.view AS FROM broken.gone");
      lake.execute("DROP TABLE broken.gone");
      lake.execute("CREATE MACRO old.newest(n) AS n + (SELECT max(id) FROM raw.people)");
      lake.execute("CREATE MACRO some_visits(n) AS TABLE FROM raw.visits LIMIT n");
      lake.execute("CREATE MACRO two_deep(n) AS TABLE SELECT old.newest(n) FROM some_visits(n)");
      lake.execute("CREATE MACRO plus(n) AS n + 1, (n, m) AS n + m + (SELECT max(id) FROM city)");
      lake.execute("CREATE MACRO of_any(n) AS TABLE FROM query(n)");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM old.seen | city raw/people | old.seen old.things",
        "FROM OLD.Seen | city raw/people | old.seen old.things",
        "FROM lake.old.deep | city raw/people raw/visits | old.deep old.seen old.things",
        "FROM old.near | '' | old.near old.things",
        "SELECT old.newest(1) | raw/people | ''",
        "SELECT lake.old.NEWEST(1) | raw/people | ''",
        "FROM some_visits(3) | raw/visits | ''",
        "FROM two_deep(3) | raw/people raw/visits | ''",
        "SELECT plus(1) | city | ''",
        "SELECT (SELECT count(*) FROM old.deep), plus(1) | city raw/people raw/visits | old.deep old.seen old.things",
      })
  void viewOrMacro_isFollowedToTheAssets(String query, String dependencies, String external) {
    AssetDefinition asset = load(query);

    assertThat(texts(asset.dependencies())).isEqualTo(dependencies);
    assertThat(texts(asset.reads().externalTables())).isEqualTo(external);
    assertThat(asset.reads().repeatability()).isEqualTo(Repeatability.VOLATILE);
  }

  @Test
  void table_isRepeatable() {
    AssetDefinition asset = load("FROM old.things");

    assertThat(asset.reads().externalTables()).containsExactly(new TableName("old", "things"));
    assertThat(asset.reads().repeatability()).isEqualTo(Repeatability.REPEATABLE);
  }

  @Test
  void check_isFollowedToo() {
    AssetDefinition asset =
        load("/* tarn\nchecks = [ { name = \"s\", sql = \"FROM old.seen\" } ]\n*/ SELECT 1 AS id");

    assertThat(texts(asset.dependencies())).isEqualTo("city raw/people");
  }

  @Test
  void viewOverTheAssetItself_isACircle() {
    station.write("assets/raw/people.sql", "FROM old.seen");

    assertThat(find(station.load(lake()), "raw/people").dependencies())
        .contains(AssetKey.parse("raw/people"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM broken.view | assets/x/y.sql:1:1: the view `broken.view` reads the table `broken.gone`, which no asset makes",
        "FROM of_any('FROM city') | what the macro `of_any` reads is not known",
      })
  void whatCannotBeFollowed_isSaid(String query, String complaint) {
    TarnException error =
        Objects.requireNonNull(catchThrowableOfType(TarnException.class, () -> load(query)));

    assertThat(error).hasMessageContaining(complaint);
    assertThat(error.code())
        .isIn(ErrorCode.ASSET_DEPENDENCY_UNKNOWN, ErrorCode.ASSET_QUERY_INVALID);
    assertThat(error.remedy()).contains("in the query itself");
  }

  private AssetDefinition load(String query) {
    station.write("assets/x/y.sql", query);
    return find(station.load(lake()), "x/y");
  }

  private static AssetDefinition find(List<AssetDefinition> assets, String key) {
    return assets.stream()
        .filter(asset -> asset.key().toString().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private LakeTables lake() {
    return LakeTables.opening(ScratchLake.settings(lakeFolder, "1GB"), Checkout.extensions());
  }

  private static String texts(Iterable<?> values) {
    StringBuilder texts = new StringBuilder();
    values.forEach(value -> texts.append(texts.isEmpty() ? "" : " ").append(value));
    return texts.toString();
  }
}
