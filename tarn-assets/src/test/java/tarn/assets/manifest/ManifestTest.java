package tarn.assets.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.assets.graph.AssetGraph;
import tarn.base.Json;
import tarn.lake.Session;
import tarn.station.Station;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;
import tools.jackson.databind.JsonNode;

class ManifestTest {
  @TempDir private Path folder;

  @Test
  void manifest_saysWhatTheFilesSay() throws IOException {
    writeStation();

    assertThat(Json.mapper().readTree(manifest(LakeColumns.none())))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    """
                    {"manifest_version": 1, "station": {"name": "ward"}, "assets": [
                      {"key": ["omop", "person"], "table": {"schema": "omop", "name": "person"},
                       "description": "One row per patient", "group": "omop", "owners": ["team:x"],
                       "tags": {"a": "b", "layer": "core"}, "kinds": ["fhir", "sql"],
                       "source": {"type": "sql", "query": "SELECT id, now() AS at FROM raw.patients"},
                       "dependencies": [["raw", "patients"]], "dependents": [],
                       "external_tables": [], "files": [], "repeatable": false,
                       "write": {"mode": "merge", "keys": ["id"], "unmatched": "delete"},
                       "partitions": ["year(at)"], "allow": ["drop_column", "narrow_type"],
                       "unchanged": "always_write", "freshness_seconds": 86400,
                       "checks": [
                         {"name": "not_null_id", "severity": "blocking", "type": "not_null", "columns": ["id"]},
                         {"name": "relationship_id", "severity": "warning", "type": "relationship",
                          "column": "id", "to": ["raw", "patients"], "to_column": "id"},
                         {"name": "row_count", "severity": "blocking", "type": "row_count", "min": 1}],
                       "columns": null, "column_descriptions": {"id": "Stable number"},
                       "code_version": "7", "defined_in": "assets/omop/person.sql"},
                      {"key": ["raw", "patients"], "table": {"schema": "raw", "name": "patients"},
                       "description": "", "group": "raw", "owners": [], "tags": {}, "kinds": ["csv"],
                       "source": {"type": "landing", "files": ["landing/*.csv"], "format": "csv",
                                  "columns": [{"name": "id", "type": "BIGINT"}]},
                       "dependencies": [], "dependents": [["omop", "person"]],
                       "external_tables": [], "files": [], "repeatable": false,
                       "write": {"mode": "append"}, "partitions": [], "allow": [],
                       "unchanged": "skip", "freshness_seconds": null, "checks": [],
                       "columns": null, "column_descriptions": {},
                       "code_version": "1", "defined_in": "assets/raw/patients.toml"}]}
                    """));
  }

  @Test
  void columns_areThoseOfTheLake() throws IOException {
    writeStation();
    String manifest;
    try (ScratchLake lake = ScratchLake.in(folder.resolve("lake"))) {
      lake.execute("CREATE SCHEMA omop; CREATE TABLE omop.person (ID BIGINT, amount DECIMAL(9,2))");
      try (Session session = lake.lake().session()) {
        manifest = manifest(LakeColumns.of(session));
      }
    }
    JsonNode assets = Json.mapper().readTree(manifest).path("assets");

    assertThat(assets.path(0).path("columns"))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    """
                    [{"name": "ID", "type": "BIGINT", "description": "Stable number"},
                     {"name": "amount", "type": "DECIMAL(9,2)", "description": ""}]"""));
    assertThat(assets.path(1).path("columns").isNull()).isTrue();
    assertThat(problems(manifest)).isEmpty();
  }

  @Test
  void manifest_isTheSameEachTime() throws IOException {
    writeStation();

    assertThat(manifest(LakeColumns.none())).isEqualTo(manifest(LakeColumns.none()));
  }

  @Test
  void hospital_keepsToTheSchema() {
    Station station = Station.open(Checkout.folder().resolve("examples/hospital"), Map.of());

    assertThat(problems(manifest(station, LakeColumns.none()))).isEmpty();
  }

  @Test
  void schema_findsMistakes() throws IOException {
    writeStation();
    String right = manifest(LakeColumns.none());

    assertThat(problems(right)).isEmpty();
    assertThat(problems(right.replace("\"merge\"", "\"replace\""))).isNotEmpty();
    assertThat(problems(right.replace("\"group\"", "\"grup\""))).isNotEmpty();
    assertThat(problems(right.replace("\"not_null\"", "\"unique_ish\""))).isNotEmpty();
    assertThat(problems(right.replace("\"manifest_version\" : 1", "\"manifest_version\" : 2")))
        .isNotEmpty();
  }

  @Test
  void specification_explainsEachField() throws IOException {
    String page = Files.readString(Checkout.folder().resolve("spec/manifest.md"));
    JsonNode schema = Json.mapper().readTree(schemaText());

    for (String definition : List.of("asset", "check")) {
      for (String field :
          new TreeSet<>(schema.path("$defs").path(definition).path("properties").propertyNames())) {
        assertThat(page).contains("`" + field + "`");
      }
    }
  }

  private void writeStation() throws IOException {
    write("station.toml", "name = 'ward'");
    write(
        "assets/raw/patients.toml",
        """
        code_version = "1"
        [landing]
        files = "landing/*.csv"
        columns = { id = "BIGINT" }
        """);
    write(
        "assets/omop/person.sql",
        """
        /* tarn
        description = "One row per patient"
        owners = ["team:x"]
        tags = { layer = "core", a = "b" }
        kinds = ["fhir"]
        write = { mode = "merge", keys = ["id"], unmatched = "delete" }
        partition_by = ["year(at)"]
        allow = ["narrow_type", "drop_column"]
        freshness = "24h"
        unchanged = "always_write"
        code_version = "7"
        columns = { id = "Stable number" }
        checks = [ { not_null = "id" },
          { relationship = { column = "id", to = "raw/patients" }, severity = "warning" },
          { row_count = { min = 1 } } ]
        */
        SELECT id, now() AS at FROM raw.patients;
        """);
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private String manifest(LakeColumns columns) {
    return manifest(Station.open(folder, Map.of()), columns);
  }

  private static String manifest(Station station, LakeColumns columns) {
    AssetGraph graph = AssetGraph.of(StationAssets.load(station, LakeTables.none()));
    return Json.pretty(Manifest.of(station.settings().name(), graph, columns));
  }

  private static List<Error> problems(String manifest) {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schemaText());
    return schema.validate(manifest, InputFormat.JSON);
  }

  private static String schemaText() {
    try {
      return Files.readString(Checkout.folder().resolve("spec/manifest.schema.json"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
