package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.assets.AssetKey;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.assets.Check.Severity;
import tarn.assets.FileFormat;
import tarn.assets.SchemaChange;
import tarn.assets.WriteMode;
import tarn.assets.definition.Reads.Repeatability;
import tarn.assets.io.WritePlan.UnchangedPolicy;
import tarn.assets.landing.LandingSource;
import tarn.assets.landing.LandingSource.QuarantineThreshold;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.TableName;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;

class StationAssetsTest {
  @TempDir private Path temporary;
  private StationFolder station = new StationFolder(Path.of(""));

  @BeforeEach
  void makeStation() {
    station = StationFolder.in(temporary);
  }

  @Test
  void noAssetsFolder_givesNoAssets() {
    assertThat(station.load()).isEmpty();
  }

  @Test
  void fileWithoutHeader_hasDefaults() {
    station.write("assets/omop/person.sql", "\n\nSELECT 1 AS person_id;\n");
    AssetDefinition person = only();

    assertThat(person.key()).isEqualTo(AssetKey.of("omop", "person"));
    assertThat(person.body()).isEqualTo(new AssetBody.SqlQuery("SELECT 1 AS person_id"));
    assertThat(person.description()).isEmpty();
    assertThat(person.group()).isEqualTo("omop");
    assertThat(person.kinds()).containsExactly("sql");
    assertThat(person.mode()).isEqualTo(new WriteMode.Replace());
    assertThat(person.unchanged()).isEqualTo(UnchangedPolicy.SKIP);
    assertThat(person.checks()).isEmpty();
    assertThat(person.dependencies()).isEmpty();
    assertThat(person.reads().repeatability()).isEqualTo(Repeatability.REPEATABLE);
    assertThat(person.definedIn()).isEqualTo(Path.of("assets/omop/person.sql"));
    assertThat(person.codeVersion()).matches("[0-9a-f]{64}");
  }

  @Test
  void everyHeaderKey_isRead() {
    station.write("assets/omop/location.sql", "SELECT 1 AS location_id");
    station.write(
        "assets/omop/person.sql",
        """
        /* tarn
        description = "One row per patient"
        group = "core"
        owners = ["team:clinical-data", "ada@example.org"]
        tags = { layer = "curated", "team/domain" = "x" }
        kinds = ["fhir"]
        write = { mode = "merge", keys = ["person_id"], unmatched = "delete" }
        partition_by = ["year(birth_datetime)", "bucket(8, person_id)", "gender"]
        allow = ["drop_column", "narrow_type"]
        freshness = "1d12h"
        unchanged = "always_write"
        code_version = "3"
        columns = { person_id = "Stable number", gender = "M or F" }
        checks = [
          { not_null = ["person_id"] }, { unique = ["person_id", "gender"] },
          { accepted_values = { column = "gender", values = ["M", 1, true] } },
          { relationship = { column = "location_id", to = "omop/location" } },
          { row_count = { min = 1, max = 9 } },
          { fresh = { column = "visit_date", within = "30d" } },
          { name = "no_future", sql = "SELECT * FROM omop.person WHERE birth > now()", severity = "warning" } ]
        */
        SELECT 1 AS person_id
        """);
    AssetDefinition person = only("omop/person");

    assertThat(person.description()).isEqualTo("One row per patient");
    assertThat(person.group()).isEqualTo("core");
    assertThat(person.owners()).containsExactly("team:clinical-data", "ada@example.org");
    assertThat(person.tags()).isEqualTo(Map.of("layer", "curated", "team/domain", "x"));
    assertThat(person.kinds()).containsExactly("sql", "fhir");
    assertThat(person.mode())
        .isEqualTo(new WriteMode.Merge(List.of("person_id"), WriteMode.Unmatched.DELETE));
    assertThat(person.partitionedBy())
        .containsExactly("year(birth_datetime)", "bucket(8, person_id)", "gender");
    assertThat(person.allowedChanges())
        .isEqualTo(Set.of(SchemaChange.DROP_COLUMN, SchemaChange.NARROW_TYPE));
    assertThat(person.freshness()).isEqualTo(Optional.of(Duration.ofHours(36)));
    assertThat(person.unchanged()).isEqualTo(UnchangedPolicy.ALWAYS_WRITE);
    assertThat(person.codeVersion()).isEqualTo("3");
    assertThat(person.columnDescriptions())
        .isEqualTo(Map.of("person_id", "Stable number", "gender", "M or F"));
    assertThat(person.dependencies()).containsExactly(AssetKey.parse("omop/location"));
    assertThat(person.checks())
        .containsExactly(
            blocking("not_null_person_id", new Rule.NotNull(List.of("person_id"))),
            blocking("unique_person_id_gender", new Rule.Unique(List.of("person_id", "gender"))),
            blocking(
                "accepted_values_gender",
                new Rule.AcceptedValues("gender", List.of("M", "1", "true"))),
            blocking(
                "relationship_location_id",
                new Rule.Relationship(
                    "location_id", AssetKey.parse("omop/location"), "location_id")),
            blocking("row_count", new Rule.RowCount(OptionalLong.of(1), OptionalLong.of(9))),
            blocking("fresh_visit_date", new Rule.Freshness("visit_date", Duration.ofDays(30))),
            new Check(
                "no_future",
                new Rule.Query("SELECT * FROM omop.person WHERE birth > now()"),
                Severity.WARNING));
  }

  private static Check blocking(String name, Rule rule) {
    return new Check(name, rule, Severity.BLOCKING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write = \"append\" | Append[]",
        "write = { mode = \"replace\" } | Replace[]",
        "write = { mode = \"merge\", keys = \"id\" } | Merge[keys=[id], unmatched=KEEP]",
        "write = { mode = \"overwrite_partitions\", columns = [\"d\"] } | OverwritePartitions[columns=[d]]",
        "partition_by = [\"d\", \"e\"]\\nwrite = \"overwrite_partitions\" | OverwritePartitions[columns=[d, e]]",
      })
  void writeModes_areRead(String toml, String mode) {
    header(toml, "SELECT 1");

    assertThat(only().mode()).hasToString(mode);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "freshnes = \"24h\" | 2 | `freshnes` is not known here; did you mean `freshness`?",
        "landing = {} | 2 | `landing` is not known here",
        "\\n\\ndescription = 3 | 4 | `description` must be a text",
        "description = \"\" | 2 | `description` must be a text that is not empty",
        "group = \"a b\" | 2 | `group` holds `a b`",
        "owners = [\"ada\"] | 2 | `owners` holds `ada`",
        "owners = [3] | 2 | `owners` must be a text",
        "tags = [\"a\"] | 2 | `tags` must be a table",
        "tags = { a = 1 } | 2 | `tags.a` must be a text",
        "tags = { \"a b\" = \"c\" } | 2 | `tags` holds `a b`",
        "tags = { a = \"ä\" } | 2 | `tags` holds `ä`",
        "write = \"upsert\" | 2 | `write` is `upsert`",
        "write = \"merge\" | 2 | `keys` is missing",
        "write = { mode = \"merge\" } | 2 | `write.keys` is missing",
        "write = { mode = \"merge\", keys = [] } | 2 | `write.keys` is missing",
        "write = { mode = \"append\", keys = [\"a\"] } | 2 | `write.keys` has no meaning with the mode `append`",
        "write = { mod = \"append\" } | 2 | `write.mod` is not known here; did you mean `mode`?",
        "write = { mode = \"overwrite_partitions\" } | 2 | `write.columns` is missing",
        "partition_by = [\"year(d)\"]\\nwrite = \"overwrite_partitions\" | 2 | `columns` is missing",
        "partition_by = [\"decade(d)\"] | 2 | `partition_by` holds `decade(d)`",
        "allow = [\"drop_columns\"] | 2 | `allow` is `drop_columns`; did you mean `drop_column`?",
        "freshness = \"1 day\" | 2 | `freshness` is `1 day`, no span of time",
        "freshness = \"0h\" | 2 | `freshness` is `0h`, no span of time",
        "unchanged = true | 2 | `unchanged` must be a text",
        "columns = { a = { type = \"x\" } } | 2 | `columns.a` must be a text",
        "checks = { not_null = [\"a\"] } | 2 | `checks` must be a list of tables",
        "checks = [\"a\"] | 2 | `checks[1]` must be a table",
        "checks = [\\n {},\\n] | 3 | is missing",
        "checks = [\\n { not_null = [\"a\"] },\\n { notnull = [\"a\"] } ] | 4 | `checks[2].notnull` is not known here; did you mean `not_null`?",
        "checks = [ { not_null = [] } ] | 2 | `checks[1].not_null` names no column",
        "checks = [ { not_null = [\"a\"], unique = [\"a\"] } ] | 2 | is a second rule in one check",
        "checks = [ { not_null = \"a\" },\\n { not_null = \"a\" } ] | 3 | a second check with the name `not_null_a`",
        "checks = [ { not_null = [\"a\"], severity = \"error\" } ] | 2 | `checks[1].severity` is `error`",
        "checks = [ { accepted_values = { column = \"a\" } } ] | 2 | `checks[1].accepted_values.values` is missing",
        "checks = [ { accepted_values = { column = \"a\", value = [1] } } ] | 2 | did you mean `values`?",
        "checks = [ { accepted_values = { column = \"a\", values = [[1]] } } ] | 2 | must be a list of texts or numbers",
        "checks = [ { relationship = { column = \"a\", to = \"b//c\" } } ] | 2 | `checks[1].relationship.to` is `b//c`, no asset key",
        "checks = [ { row_count = {} } ] | 2 | `checks[1].row_count` has no bound",
        "checks = [ { row_count = { min = 3, max = 2 } } ] | 2 | is more than `max`",
        "checks = [ { row_count = { min = -1 } } ] | 2 | must be a whole number of at least 0",
        "checks = [ { row_count = { min = 1.5 } } ] | 2 | must be a whole number of at least 0",
        "checks = [ { fresh = { column = \"a\" } } ] | 2 | `checks[1].fresh.within` is missing",
        "checks = [ { sql = \"SELECT 1\" } ] | 2 | `checks[1].name` is missing",
        "a = | 2:4 | the header is not TOML",
        "code_version = \"1\"\\ncode_version = \"2\" | 3:1 | the key `code_version` is there twice",
      })
  void wrongHeader_isRefusedWithFileAndLine(String toml, String line, String complaint) {
    header(toml, "SELECT 1");
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_HEADER_INVALID);
    assertThat(error)
        .hasMessageStartingWith("assets/a/b.sql:" + line + ": ")
        .hasMessageContaining(complaint);
    assertThat(error.remedy()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/* tarn group = \"x\" */\\nSELECT 1 | 1 | opens no header",
        "/* tarn */\\nSELECT 1 | 1 | opens no header",
        "/* Tarn\\n*/\\nSELECT 1 | 1 | opens no header",
        "/* tarn: \\n*/\\nSELECT 1 | 1 | opens no header",
        "/* tarn\\nSELECT 1 | 1 | the header is never closed",
        "-- a licence\\n/* tarn\\ngroup = \"x\"\\n*/\\nSELECT 1 | 2 | the header is not the first thing in the file",
        "SELECT 1\\n /* tarn\\n*/ | 2 | the header is not the first thing in the file",
      })
  void headerThatIsNearlyOne_isNotPassedOver(String content, int line, String complaint) {
    station.write("assets/a/b.sql", content.replace("\\n", "\n"));
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_HEADER_INVALID);
    assertThat(error)
        .hasMessageStartingWith("assets/a/b.sql:" + line + ": ")
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/* a comment */ SELECT 1 | /* a comment */ SELECT 1",
        "/* tarnished */ SELECT 1 | /* tarnished */ SELECT 1",
        "\\n \\n/* tarn\\n*/\\n\\nSELECT 1 | SELECT 1",
        "/*tarn\\n*/ SELECT 1 | SELECT 1",
        "/* tarn\\r\\ngroup = \"x\"\\r\\n*/\\r\\nSELECT 1\\r\\n | SELECT 1",
      })
  void header_orComment_isToldApart(String content, String query) {
    station.write("assets/a/b.sql", content.replace("\\n", "\n").replace("\\r", "\r"));

    assertThat(only().body()).isEqualTo(new AssetBody.SqlQuery(query));
  }

  @Test
  void byteOrderMark_isAccepted() {
    station.write("assets/a/b.sql", "\uFEFF/* tarn\ngroup = \"x\"\n*/ SELECT 1");

    assertThat(only().group()).isEqualTo("x");
  }

  @Test
  void queryError_countsTheHeadersLines() {
    header("group = \"x\"", "\nSELECT 1\n  FROM FROM");

    assertThat(failure()).hasMessageStartingWith("assets/a/b.sql:5:8: syntax error at or near");
  }

  @Test
  void checkQueryError_namesItsLine() {
    header("checks = [\n { name = \"x\", sql = \"SELEC 1\" } ]", "SELECT 1");
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_QUERY_INVALID);
    assertThat(error).hasMessageStartingWith("assets/a/b.sql:3:1: syntax error");
  }

  @Test
  void dependencies_areTheMakersOfTables() {
    station.write("assets/people.sql", "SELECT 1 AS id");
    station.write("assets/raw/a.sql", "SELECT 1 AS id");
    station.write("assets/raw/b/c.sql", "SELECT 1 AS id");
    station.write(
        "assets/x/y.sql",
        "FROM lake.raw.a, RAW.B_C, People, lake.people p2, lake.main.people p3, main.people p4");

    assertThat(only("x/y").dependencies())
        .containsExactly(
            AssetKey.parse("people"), AssetKey.parse("raw/a"), AssetKey.parse("raw/b/c"));
  }

  @Test
  void ownTable_isADependencyOfItself_soThatTheGraphRefusesIt() {
    station.write("assets/x/y.sql", "FROM x.y");

    assertThat(only("x/y").dependencies()).containsExactly(AssetKey.parse("x/y"));
  }

  @Test
  void quarantine_isMadeByItsSource() {
    source("files = \"landing/*.csv\"");
    station.write("assets/x/y.sql", "FROM raw.p_quarantine");

    assertThat(only("x/y").dependencies()).containsExactly(AssetKey.parse("raw/p"));
  }

  @Test
  void checks_addWhatTheyRead_butNotTheAssetItself() {
    station.write("assets/o/l.sql", "SELECT 1 AS id");
    station.write("assets/o/m.sql", "SELECT 1 AS id");
    header(
        "checks = [ { relationship = { column = \"x\", to = \"o/l\" } },"
            + " { name = \"s\", sql = \"FROM a.b WHERE id IN (FROM o.m)\" } ]",
        "SELECT 1 AS x");

    assertThat(only("a/b").dependencies())
        .containsExactly(AssetKey.parse("o/l"), AssetKey.parse("o/m"));
  }

  @Test
  void tableOfTheLake_isExternal() {
    station.write("assets/x/y.sql", "FROM Old.Things, plain");
    LakeTables lake =
        () ->
            LakeRelations.ofTables(
                Set.of(new TableName("old", "things"), new TableName("main", "plain")));

    assertThat(station.load(lake).getFirst().reads().externalTables())
        .containsExactly(new TableName("main", "plain"), new TableName("old", "things"));
  }

  @Test
  void realLake_isAsked(@TempDir Path folder) {
    try (ScratchLake lake = ScratchLake.in(folder)) {
      lake.execute("CREATE SCHEMA old; CREATE TABLE old.things (id INTEGER)");
      lake.execute("CREATE VIEW old.seen AS FROM old.things");
    }
    station.write("assets/x/y.sql", "FROM old.things, old.seen");
    LakeTables lake =
        LakeTables.opening(ScratchLake.settings(folder, "1GB"), Checkout.extensions());

    assertThat(station.load(lake).getFirst().reads().externalTables()).hasSize(2);
  }

  @Test
  void lakeThatIsNotThere_holdsNothing() {
    LakeTables lake =
        LakeTables.opening(ScratchLake.settings(temporary, "1GB"), Checkout.extensions());

    assertThat(lake.relations()).isEqualTo(LakeRelations.none());
    assertThat(temporary.resolve("lake")).doesNotExist();
  }

  @Test
  void lake_isNotAskedWhenEachTableHasAMaker() {
    station.write("assets/a/b.sql", "SELECT 1 AS id");
    station.write("assets/x/y.sql", "FROM a.b");

    assertThat(
            station.load(
                () -> {
                  throw new AssertionError("asked");
                }))
        .hasSize(2);
  }

  @Test
  void unknownTable_isRefusedWithTheNearest() {
    station.write("assets/omop/person.sql", "SELECT 1 AS id");
    station.write("assets/x/y.sql", "SELECT 'ä'\nFROM omop.persn");
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_DEPENDENCY_UNKNOWN);
    assertThat(error)
        .hasMessage(
            """
            assets/x/y.sql:2:6: no asset makes the table `omop.persn`, and the lake does not hold it; did you mean `omop.person`?
            2 | FROM omop.persn
              |      ^""");
  }

  @Test
  void unknownRelationship_isRefusedWithTheNearest() {
    station.write("assets/o/l.sql", "SELECT 1 AS id");
    header("checks = [ { relationship = { column = \"x\", to = \"o/m\" } } ]", "SELECT 1 AS x");
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_DEPENDENCY_UNKNOWN);
    assertThat(error).hasMessageContaining("assets/a/b.sql").hasMessageContaining("`o/l`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM 'landing/x.csv' | landing/x.csv",
        "FROM 'x.parquet' | x.parquet",
        "FROM \"a.json.gz\" | a.json.gz",
        "FROM information_schema.tables | ''",
        "FROM duckdb_tables | ''",
        "FROM _tarn.materializations | ''",
        "FROM __ducklake_metadata_lake.ducklake_snapshot | ''",
        "FROM system.main.duckdb_tables | ''",
      })
  void whatIsNeitherAssetNorTable_makesItVolatile(String query, String files) {
    station.write("assets/x/y.sql", query);
    Reads reads = only().reads();

    assertThat(reads.repeatability()).isEqualTo(Repeatability.VOLATILE);
    assertThat(String.join(" ", reads.files())).isEqualTo(files);
    assertThat(reads.externalTables()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fresh = { column = \"d\", within = \"1d\" } | VOLATILE",
        "name = \"s\", sql = \"FROM a.b WHERE d > now()\" | VOLATILE",
        "name = \"s\", sql = \"FROM a.b WHERE d > DATE '2020-01-01'\" | REPEATABLE",
        "not_null = [\"d\"] | REPEATABLE",
      })
  void checkOfTheClock_makesItsAssetVolatile(String check, Repeatability repeatability) {
    header("checks = [ { " + check + " } ]", "SELECT DATE '2020-01-01' AS d");

    assertThat(only().reads().repeatability()).isEqualTo(repeatability);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a/b_c.sql, a/b/c.sql | a.b_c",
        "a/b.sql, a/b.toml | a.b",
        "x.sql, main/x.sql | main.x",
        "A/b.sql, a/B.sql | a.B",
        "a/b.toml, a/b_quarantine.sql | a.b_quarantine",
      })
  void sameTableTwice_isRefusedWithBothFiles(String files, String table) {
    for (String file : files.split(", ")) {
      station.write(
          "assets/" + file,
          file.endsWith(".sql") ? "SELECT 1" : "[landing]\nfiles = \"landing/*.csv\"");
    }
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_DUPLICATE);
    for (String file : files.split(", ")) {
      assertThat(error).hasMessageContaining("assets/" + file);
    }
    assertThat(error.getMessage()).containsIgnoringCase("table " + table);
  }

  @ParameterizedTest
  @CsvSource({
    "a b.sql",
    "a/b+c.sql",
    "_tarn/x.sql",
    "information_schema/x.sql",
    "a/.sql",
    "a/(x).toml"
  })
  void fileThatGivesNoKey_isNamed(String file) {
    station.write("assets/" + file, "SELECT 1");
    if (file.equals("a/.sql")) {
      assertThat(station.load()).isEmpty();
      return;
    }
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_KEY_INVALID);
    assertThat(error).hasMessageStartingWith("assets/" + file + ": ");
  }

  @Test
  void otherFiles_areLeftAlone() {
    station
        .write("assets/README.md", "# about")
        .write("assets/a/.hidden.sql", "nonsense")
        .write("assets/.git/b.sql", "nonsense")
        .write("assets/a/b.sql~", "nonsense")
        .write("assets/a/c.SQL", "SELECT 1");

    assertThat(keys()).containsExactly("a/c");
  }

  @Test
  void linkedFilesAndFolders_areRead(@TempDir Path elsewhere) throws IOException {
    StationFolder other = new StationFolder(elsewhere);
    other.write("shared/people.sql", "SELECT 1 AS id").write("one.sql", "SELECT 2 AS id");
    station.write("assets/own.sql", "SELECT 3 AS id");
    Path assets = station.folder().resolve("assets");
    Files.createSymbolicLink(assets.resolve("shared"), elsewhere.resolve("shared"));
    Files.createSymbolicLink(assets.resolve("one.sql"), elsewhere.resolve("one.sql"));

    assertThat(station.load().stream().map(asset -> asset.key().toString()))
        .containsExactly("one", "own", "shared/people");
  }

  @Test
  void linkInACircle_isSaid() throws IOException {
    station.write("assets/a/b.sql", "SELECT 1 AS id");
    Path assets = station.folder().resolve("assets");
    Files.createSymbolicLink(assets.resolve("a/again"), assets);

    assertThat(failure().remedy()).contains("no link there leads upwards");
  }

  @Test
  void notUtf8_isSaid() throws IOException {
    station.write("assets/a/b.sql", "");
    Files.write(
        temporary.resolve("assets/a/b.sql"), "SELECT 'ä'".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(failure()).hasMessage("assets/a/b.sql is not encoded in UTF-8.");
  }

  @Test
  void emptyFile_holdsNoQuery() {
    station.write("assets/a/b.sql", " \n");

    assertThat(failure()).hasMessageContaining("there is no query");
  }

  @Test
  void source_isRead() {
    station.write(
        "assets/raw/patients.toml",
        """
        description = "Patients as the system sends them"
        write = "append"

        [landing]
        files = ["landing/patients/*.csv", "landing/more.csv"]
        format = "csv"
        options = { delim = ";", header = true, skip = 2 }
        columns = { id = "VARCHAR", birth = "DATE", amount = "DECIMAL(10,2)", tags = "VARCHAR[]" }
        max_malformed_rows = 100
        max_malformed_fraction = 0.01
        """);
    AssetDefinition patients = only();

    assertThat(patients.kinds()).containsExactly("csv");
    assertThat(patients.mode()).isEqualTo(new WriteMode.Append());
    assertThat(patients.reads().repeatability()).isEqualTo(Repeatability.VOLATILE);
    assertThat(patients.body())
        .isEqualTo(
            new AssetBody.Landing(
                new LandingSource(
                    List.of("landing/patients/*.csv", "landing/more.csv"),
                    FileFormat.CSV,
                    Map.of("delim", ";", "header", true, "skip", 2L),
                    List.of(
                        new LandingSource.Column("id", "VARCHAR"),
                        new LandingSource.Column("birth", "DATE"),
                        new LandingSource.Column("amount", "DECIMAL(10,2)"),
                        new LandingSource.Column("tags", "VARCHAR[]")),
                    new QuarantineThreshold(100, 0.01))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "files = \"landing/*.csv.gz\" | CSV",
        "files = \"landing/*.tsv\" | CSV",
        "files = \"landing/*.jsonl\" | NDJSON",
        "files = \"landing/*.JSON\" | JSON",
        "files = \"landing/*.parquet\" | PARQUET",
        "files = [\"landing/*.xml\", \"landing/b.xml\"] | XML",
        "files = \"landing/*\"\\nformat = \"ndjson\" | NDJSON",
      })
  void format_isWhatTheGlobsEndIn(String landing, FileFormat format) {
    source(landing);

    assertThat(((AssetBody.Landing) only().body()).source().format()).isEqualTo(format);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "format = \"csv\" | 1 | `landing.files` is missing",
        "files = [] | 1 | `landing.files` is missing",
        "files = \"/etc/*.csv\" | 2 | not a path below the station's folder",
        "files = \"landing/../../x.csv\" | 2 | not a path below the station's folder",
        "files = \"s3://b/x.csv\" | 2 | not a path below the station's folder",
        "files = \"C:\\\\\\\\x.csv\" | 2 | not a path below the station's folder",
        "files = \"landing/*\" | 1 | `landing.format` is missing",
        "files = [\"a.csv\", \"b.json\"] | 1 | `landing.format` is missing",
        "files = \"a.csv\"\\nformat = \"xlsx\" | 3 | `landing.format` is `xlsx`",
        "files = \"a.csv\"\\npattern = \"x\" | 3 | `landing.pattern` is not known here",
        "files = \"a.csv\"\\noptions = { x = { y = 1 } } | 3 | `landing.options.x` must be a text",
        "files = \"a.csv\"\\ncolumns = { a = \"VARCHR\" } | 3 | `landing.columns.a` is `VARCHR`, no type that the engine knows; did you mean `varchar`?",
        "files = \"a.csv\"\\n[landing.columns]\\na = \"DATE\"\\nb = \"STRUCT(x FOO)\" | 5 | `landing.columns.b` is `STRUCT(x FOO)`",
        "files = \"a.csv\"\\ncolumns = { a = \"INT), (SELECT 1\" } | 3 | `landing.columns.a` is",
        "files = \"a.csv\"\\ncolumns = { a = \"INT) FROM x --\" } | 3 | `landing.columns.a` is",
        "files = \"a.csv\"\\ncolumns = { a = \"INT\", A = \"INT\" } | 3 | names `A` twice",
        "files = \"a.csv\"\\nmax_malformed_rows = -1 | 3 | whole number of at least 0",
        "files = \"a.csv\"\\nmax_malformed_fraction = 1.5 | 3 | a number from 0 to 1",
        "files = \"a.csv\"\\nmax_malformed_fraction = \"1\" | 3 | a number from 0 to 1",
      })
  void wrongSource_isRefusedWithFileAndLine(String landing, int line, String complaint) {
    source(landing);
    TarnException error = failure();

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_HEADER_INVALID);
    assertThat(error)
        .hasMessageStartingWith("assets/raw/p.toml:" + line + ": ")
        .hasMessageContaining(complaint);
  }

  @Test
  void sourceWithoutLanding_isRefused() {
    station.write("assets/raw/p.toml", "description = 'x'\n");

    assertThat(failure()).hasMessageContaining("`landing` is missing");
  }

  @Test
  void codeVersion_changesWithWhatIsWrittenOrChecked() {
    String plain = codeVersion("group = \"a\"", "SELECT 1 AS a");

    assertThat(codeVersion("group = \"b\"\ndescription = \"x\"", "SELECT 1 AS a")).isEqualTo(plain);
    assertThat(codeVersion("", "SELECT 1 AS a;\r\n")).isEqualTo(plain);
    assertThat(
            Set.of(
                plain,
                codeVersion("", "SELECT 2 AS a"),
                codeVersion("write = \"append\"", "SELECT 1 AS a"),
                codeVersion("partition_by = [\"a\"]", "SELECT 1 AS a"),
                codeVersion("checks = [ { unique = [\"a\"] } ]", "SELECT 1 AS a")))
        .hasSize(5);
  }

  private String codeVersion(String toml, String query) {
    header(toml, query);
    return only().codeVersion();
  }

  private void header(String toml, String query) {
    station.write("assets/a/b.sql", "/* tarn\n" + toml.replace("\\n", "\n") + "\n*/" + query);
  }

  private void source(String landing) {
    station.write("assets/raw/p.toml", "[landing]\n" + landing.replace("\\n", "\n") + "\n");
  }

  private AssetDefinition only() {
    List<AssetDefinition> assets = station.load();
    assertThat(assets).hasSize(1);
    return assets.getFirst();
  }

  private AssetDefinition only(String key) {
    return station.load().stream()
        .filter(asset -> asset.key().toString().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private List<String> keys() {
    return station.load().stream()
        .map(asset -> asset.key().toString())
        .collect(Collectors.toList());
  }

  private TarnException failure() {
    return Objects.requireNonNull(
        catchThrowableOfType(TarnException.class, station::load), "loaded without an error");
  }
}
