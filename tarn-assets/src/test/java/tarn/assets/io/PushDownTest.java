package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.io.Materialization.Written;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.databind.JsonNode;

/** An input is lazy: what its reader does not ask for is not read, by the engine's own account. */
class PushDownTest {
  private static final AssetKey VISIT = AssetKey.parse("raw/visit");

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void openLake() {
    bench = Bench.in(folder);
  }

  @AfterEach
  void closeLake() {
    bench.close();
  }

  /** Four files: one for each year. */
  private Written visits() {
    return (Written)
        bench.write(
            "raw/visit",
            "SELECT range AS id, DATE '2020-06-01' + INTERVAL (range % 4) YEAR AS day,"
                + " 'ward ' || range % 7 AS ward, repeat('x', 50) AS note FROM range(4000)",
            Plans.partitioned(Plans.REPLACE, "year(day)"));
  }

  /** The scans of a query with their account of themselves. */
  private List<JsonNode> scans(String query) {
    Path profile = folder.resolve("profile.json");
    try (var session = bench.lake.lake().session()) {
      session.execute("PRAGMA enable_profiling = 'json'");
      session.execute("SET profiling_output = '" + profile + "'");
      session.query(query, row -> row.getObject(1));
      session.execute("PRAGMA disable_profiling");
      List<JsonNode> scans = new ArrayList<>();
      collect(Json.mapper().readTree(profile.toFile()), scans);
      return scans;
    }
  }

  private static void collect(JsonNode operator, List<JsonNode> scans) {
    if (operator.path("operator_type").asString("").equals("TABLE_SCAN")) {
      scans.add(operator.path("extra_info"));
    }
    for (JsonNode child : operator.path("children")) {
      collect(child, scans);
    }
  }

  private static List<String> columns(JsonNode scan) {
    JsonNode projections = scan.path("Projections");
    return projections.isArray()
        ? StreamSupport.stream(projections.spliterator(), false).map(JsonNode::asString).toList()
        : List.of(projections.asString());
  }

  @Test
  void filterAndColumns_reachTheScan() {
    visits();
    String input = bench.io().loadInput(VISIT).query();
    JsonNode scan =
        scans("SELECT ward FROM (" + input + ") WHERE day >= DATE '2023-01-01'").getFirst();

    assertThat(scan.path("Total Files Read").asString()).isEqualTo("1");
    assertThat(columns(scan)).containsExactly("ward");
    assertThat(
            scans("SELECT note FROM (" + input + ")")
                .getFirst()
                .path("Total Files Read")
                .asString())
        .isEqualTo("4");
  }

  @Test
  void columnStatistics_keepFilesClosedThatAreNotPartitioned() {
    WritePlan plan = Plans.of(Plans.APPEND);
    for (int part = 0; part < 5; part++) {
      bench.write(
          "raw/visit",
          "SELECT range AS id FROM range(%d, %d)".formatted(part * 100, part * 100 + 100),
          plan);
    }
    String input = bench.io().loadInput(VISIT).query();

    assertThat(
            scans("SELECT sum(id) FROM (" + input + ") WHERE id BETWEEN 210 AND 220")
                .getFirst()
                .path("Total Files Read")
                .asString())
        .isEqualTo("1");
  }

  @Test
  void filesThatAFilterCannotMatch_areNotEvenMissed() throws IOException {
    visits();
    Path data = Path.of(bench.lake.settings().dataPath());
    for (Path file : bench.lake.dataFiles()) {
      if (file.toString().matches(".*year=202[012]/.*")) {
        Files.delete(data.resolve(file));
      }
    }
    Output.Relation input = bench.io().loadInput(VISIT);
    bench.lake.reopen();

    Materialization written =
        bench.replace(
            "curated/wards",
            "SELECT ward, count(*) AS visits FROM ("
                + input.query()
                + ") WHERE day = DATE '2023-06-01' GROUP BY ward");
    assertThat(written.rows()).isEqualTo(7);
    assertThat(bench.value("SELECT sum(visits) FROM curated.wards")).isEqualTo("1000");
    assertThatThrownBy(() -> bench.replace("curated/all", input.query()))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FILE_UNREADABLE));
  }

  @Test
  void inputOfASnapshot_isTheTableAsItWas() {
    Written first = visits();
    bench.replace(
        "raw/visit", "SELECT 1::BIGINT AS id, now()::TIMESTAMP AS day, '' AS ward, '' AS note");

    assertThat(
            bench.value(
                "SELECT count(*) FROM ("
                    + bench.io().loadInput(VISIT, first.snapshot()).query()
                    + ") WHERE year(day) = 2022"))
        .isEqualTo("1000");
    assertThat(bench.value("SELECT count(*) FROM (" + bench.io().loadInput(VISIT).query() + ")"))
        .isEqualTo("1");
  }
}
