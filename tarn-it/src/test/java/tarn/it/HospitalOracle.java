package tarn.it;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tarn.base.Json;
import tarn.testkit.BareEngine;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/**
 * What the example station must hold: computed from its landing files by Python, which knows
 * neither Tarn nor SQL, and asked of the lake by DuckDB alone.
 */
final class HospitalOracle {
  private final JsonNode expected;

  private HospitalOracle(JsonNode expected) {
    this.expected = expected;
  }

  /** Of the sample that Tarn carries; computed when it was made. */
  static HospitalOracle ofTheSample() throws IOException {
    return new HospitalOracle(resource("expected.json"));
  }

  /** Of other files, computed now. */
  static HospitalOracle of(Path landing) throws Exception {
    Process python =
        new ProcessBuilder(
                "python3",
                Checkout.folder().resolve("tarn-it/src/test/oracle/hospital.py").toString(),
                landing.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] printed = python.getInputStream().readAllBytes();
    if (python.waitFor() != 0) {
      throw new AssertionError("the oracle failed");
    }
    return new HospitalOracle(Json.mapper().readTree(printed));
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(HospitalOracle.class.getResourceAsStream("/hospital/" + name))) {
      return Json.mapper().readTree(stream);
    }
  }

  /** The rows of each table and of each result, as text that compares. */
  Map<String, List<String>> answers() throws IOException {
    Map<String, List<String>> answers = new TreeMap<>();
    expected
        .get("rows")
        .properties()
        .forEach(table -> answers.put(table.getKey(), List.of(table.getValue().asString())));
    for (var question : resource("queries.json").properties()) {
      List<String> rows = new ArrayList<>();
      for (JsonNode row : expected.get(question.getKey())) {
        rows.add(String.join("|", row.valueStream().map(HospitalOracle::text).toList()));
      }
      answers.put(question.getKey(), rows.stream().sorted().toList());
    }
    answers.put(
        "quarantine",
        expected
            .get("quarantine")
            .valueStream()
            .map(
                row ->
                    "%s|%s|%s"
                        .formatted(
                            row.get("file").asString(),
                            row.get("line").asString(),
                            row.get("text").asString()))
            .sorted()
            .toList());
    return answers;
  }

  /** The same, as a station's lake has it. */
  Map<String, List<String>> answersOf(Path station) throws IOException {
    Map<String, List<String>> answers = new TreeMap<>();
    try (BareEngine engine = BareEngine.start()) {
      engine.execute("LOAD ducklake");
      engine.execute(
          "ATTACH 'ducklake:%s/lake/catalog.ducklake' AS lake (READ_ONLY)".formatted(station));
      engine.execute("USE lake");
      for (String table : expected.get("rows").propertyNames()) {
        answers.put(table, engine.rows("SELECT count(*) FROM " + table));
      }
      for (var question : resource("queries.json").properties()) {
        answers.put(
            question.getKey(),
            engine
                .rows(
                    "SELECT to_json(answer_row)::VARCHAR FROM (%s) AS answer_row"
                        .formatted(question.getValue().asString()))
                .stream()
                .map(HospitalOracle::row)
                .sorted()
                .toList());
      }
      answers.put(
          "quarantine",
          engine.rows("SELECT _source_file, line, raw FROM raw.lab_results_quarantine").stream()
              .sorted()
              .toList());
    }
    return answers;
  }

  /** A row that the engine wrote as a JSON object. */
  private static String row(String json) {
    return String.join(
        "|", Json.mapper().readTree(json).valueStream().map(HospitalOracle::text).toList());
  }

  /** Numbers by their value: 15 digits are what a double keeps in any language. */
  private static String text(JsonNode value) {
    if (value.isNumber() && !value.isIntegralNumber()) {
      BigDecimal number = new BigDecimal(value.asString()).round(new MathContext(15));
      return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
    return value.isNull() ? "NULL" : value.asString();
  }
}
