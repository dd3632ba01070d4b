package tarn.assets.landing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.assets.landing.StrictCast.TextFormats;
import tarn.lake.Sql;
import tarn.testkit.BareEngine;
import tools.jackson.databind.JsonNode;

/** Expected values are written by hand: what a person would say that the text means. */
class StrictCastTest {
  private static BareEngine engine;

  @BeforeAll
  static void start() {
    engine = BareEngine.start();
    engine.execute("SET TimeZone = 'Europe/Berlin'");
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  private static String cast(String text, String type, TextFormats formats) {
    String expression = new StrictCast(formats).of("x", type);
    String literal = "'" + text.replace("'", "''") + "'";
    return engine.value(
        "SELECT CAST(" + expression + " AS VARCHAR) FROM (SELECT " + literal + " AS x)");
  }

  @ParameterizedTest(name = "{0} as {1} is {2}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "12|INTEGER|12",
        " 12 |INTEGER|12",
        "-0|INTEGER|0",
        "1.0|INTEGER|1",
        "1e3|INTEGER|NULL",
        "1E+11|BIGINT|NULL",
        "1_0|INTEGER|NULL",
        "0x1F|INTEGER|NULL",
        "- |INTEGER|NULL",
        "+ |INTEGER|NULL",
        "- |DECIMAL(10,2)|NULL",
        "1_0|DECIMAL(10,2)|NULL",
        "1e2|DECIMAL(10,2)|NULL",
        ".5|DECIMAL(10,2)|0.50",
        "1_0|DOUBLE|NULL",
        "+-1|DOUBLE|NULL",
        "- |DOUBLE|NULL",
        "15e-1|DECIMAL(10,0)|NULL",
        "15e-3|DECIMAL(10,2)|NULL",
        "-1.25|DECIMAL(10,2)|-1.25",
        "1.2E+11|BIGINT|NULL",
        "1.|INTEGER|1",
        "1.5|INTEGER|NULL",
        "15e-1|INTEGER|NULL",
        "2147483648|INTEGER|NULL",
        "2147483648|BIGINT|2147483648",
        "9223372036854775807|BIGINT|9223372036854775807",
        "300|UTINYINT|NULL",
        "-1|UBIGINT|NULL",
        "abc|INTEGER|NULL",
        "12abc|INTEGER|NULL",
        "1 2|INTEGER|NULL",
        "true|INTEGER|NULL",
        "1,5|DOUBLE|NULL",
        "1.5|DOUBLE|1.5",
        "1e400|DOUBLE|NULL",
        "Infinity|DOUBLE|inf",
        "nan|DOUBLE|nan",
        "1e39|FLOAT|NULL",
        "1.20|DECIMAL(10,2)|1.20",
        "1.2|DECIMAL(10,2)|1.20",
        "1.239|DECIMAL(10,2)|NULL",
        "1.230|DECIMAL(10,2)|1.23",
        "123456789|DECIMAL(10,2)|NULL",
        "1.5e1|DECIMAL(10,2)|NULL",
        " 1.20 |DECIMAL(10,2)|1.20",
        "1.2x|DECIMAL(10,2)|NULL",
        "2020-01-5x|DATE|NULL",
        "2020-1-5 1|DATE|NULL",
        "2020-01-05 10:00:00x|TIMESTAMP|NULL",
        "2020-01-05 10:00:00.123456|TIMESTAMP|2020-01-05 10:00:00.123456",
        "0.1|DECIMAL(38,38)|.10000000000000000000000000000000000000",
        "12345678901234567890123456789012345678|DECIMAL(38,0)|12345678901234567890123456789012345678",
        "1.5|DECIMAL(38,0)|NULL",
        "1.2304|DECIMAL(37,2)|NULL",
        "1.2300|DECIMAL(37,2)|1.23",
        "1.0|DECIMAL(38,0)|1",
        "yes|BOOLEAN|true",
        "F|BOOLEAN|false",
        "ja|BOOLEAN|NULL",
        "2020-01-05|DATE|2020-01-05",
        "2020-1-5|DATE|2020-01-05",
        "2020/01/05|DATE|2020-01-05",
        " 2020-01-05 |DATE|2020-01-05",
        "2020-01-05 00:00:00|DATE|2020-01-05",
        "2020-01-05 10:00:00|DATE|NULL",
        "2020-02-30|DATE|NULL",
        "2020-01-05x|DATE|NULL",
        "05.01.2020|DATE|NULL",
        "20-01-05|DATE|NULL",
        "0001-01-01|DATE|0001-01-01",
        "20200105|DATE|NULL",
        "0000-01-05|DATE|NULL",
        "-020-01-05|DATE|NULL",
        "20200-01-05|DATE|NULL",
        "infinity|DATE|NULL",
        "epoch|DATE|NULL",
        "2020-01-05 24:00:00|DATE|NULL",
        "2020-01-05 (BC)|DATE|NULL",
        "-020-01-05 10:00:00|TIMESTAMP|NULL",
        "0000-01-05 10:00:00|TIMESTAMP|NULL",
        "2020-01-05 10:00:0Z|TIMESTAMP|NULL",
        "2020-01-05 10:00:00 Europe/Berlin|TIMESTAMP|NULL",
        "2020-01-05 24:00:00|TIMESTAMP|2020-01-06 00:00:00",
        "2020-01-05 10:00:00.5|TIMESTAMP_S|NULL",
        "2020-01-05 10:00:00.0|TIMESTAMP_S|2020-01-05 10:00:00",
        "44197|DATE|NULL",
        "2020-01-05T10:00:00|TIMESTAMP|2020-01-05 10:00:00",
        "2020-01-05 10:00|TIMESTAMP|2020-01-05 10:00:00",
        "2020-01-05|TIMESTAMP|2020-01-05 00:00:00",
        "2020-01-05T10:00:00Z|TIMESTAMP|2020-01-05 10:00:00",
        "2020-01-05T10:00:00+00:00|TIMESTAMP|2020-01-05 10:00:00",
        "2020-01-05T10:00:00+02:00|TIMESTAMP|NULL",
        "2020-01-05 10:00:00-05|TIMESTAMP|NULL",
        "2020-01-05 10:00-05|TIMESTAMP|NULL",
        "2020-01-05 10:00:00.5+0100|TIMESTAMP|NULL",
        "2020-01-05T10:00:00+02:00|TIMESTAMP WITH TIME ZONE|2020-01-05 09:00:00+01",
        "20-01-05 10:00:00+02|TIMESTAMP WITH TIME ZONE|NULL",
        "10:30|TIME|10:30:00",
        "25:00|TIME|NULL",
        "2020-01-05|TIME|NULL",
        "2020-01-05 10:00:00+02|TIME|NULL",
        "ffffffff-0000-4000-8000-000000000001|UUID|ffffffff-0000-4000-8000-000000000001",
        "nope|UUID|NULL",
        "fffffff-f0000-4000-8000-000000000001|UUID|NULL",
        " x |VARCHAR| x ",
      })
  void text_becomesTheValueItMeans_orNothing(String text, String type, String expected) {
    assertThat(cast(text, type, TextFormats.STANDARD)).isEqualTo(expected);
    assertThat(quick(text, type)).isIn(expected, "sent to the careful way");
  }

  /** The quick way may send a text to the careful one, but never gives another value. */
  private static String quick(String text, String type) {
    StrictCast.Quick quick = new StrictCast(TextFormats.STANDARD).quick("x", type);
    String careful = quick.value() + " IS NULL" + quick.wrong().map(w -> " OR " + w).orElse("");
    return engine.value(
        "SELECT CASE WHEN %s THEN 'sent to the careful way' ELSE CAST(%s AS VARCHAR) END FROM (SELECT '%s' AS x)"
            .formatted(careful, quick.value(), text.replace("'", "''")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-12|BIGINT",
        "1.0|INTEGER",
        "-1.25|DECIMAL(10,2)",
        "1.250|DECIMAL(10,2)",
        "-1e-5|DOUBLE",
        "2020-1-5|DATE",
        "2020-01-05 00:00:00|DATE",
        "2020-01-05T10:00:00.123Z|TIMESTAMP",
        "2020-01-05|TIMESTAMP",
        "2020-01-05T10:00:00+02:00|TIMESTAMP WITH TIME ZONE"
      })
  void textsOfCleanFiles_stayOnTheQuickWay(String text, String type) {
    assertThat(quick(text, type)).isNotEqualTo("sent to the careful way");
  }

  @ParameterizedTest(name = "{0} as {1} is {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1,5|DOUBLE|1.5",
        "1.5|DOUBLE|NULL",
        "1.234,5|DOUBLE|1234.5",
        "1234,5|DOUBLE|1234.5",
        "12.34,5|DOUBLE|NULL",
        "1.234|INTEGER|1234",
        "12|INTEGER|12",
        "-1.000.000,25|DECIMAL(12,2)|-1000000.25",
        "1,255|DECIMAL(12,2)|NULL",
        "05.01.2020|DATE|2020-01-05",
        "5.1.2020|DATE|2020-01-05",
        "05.01.20|DATE|NULL",
        "2020-01-05|DATE|NULL",
        "31.02.2020|DATE|NULL",
        "05.01.2020 07:30|TIMESTAMP|2020-01-05 07:30:00",
        "05.01.2020|TIMESTAMP|NULL",
      })
  void germanText_becomesTheValueItMeans_orNothing(String text, String type, String expected) {
    TextFormats german =
        new TextFormats(
            Optional.of("%d.%m.%Y"), Optional.of("%d.%m.%Y %H:%M"), ',', Optional.of('.'));
    assertThat(cast(text, type, german)).isEqualTo(expected);
  }

  @Test
  void commaWithoutThousands_refusesThePoint() {
    TextFormats comma = new TextFormats(Optional.empty(), Optional.empty(), ',', Optional.empty());
    assertThat(cast("1.5", "DOUBLE", comma)).isEqualTo("NULL");
    assertThat(cast("1,5", "DOUBLE", comma)).isEqualTo("1.5");
  }

  @Test
  void zoneOfOneText_isNotThatOfTheOthers() {
    // Those without an offset are in the session's zone, which is that of Berlin.
    String expression = new StrictCast(TextFormats.STANDARD).of("x", "TIMESTAMP WITH TIME ZONE");
    assertThat(
            engine.rows(
                "SELECT CAST("
                    + expression
                    + " AS VARCHAR) FROM (VALUES ('2020-01-05 10:00:00'),"
                    + " ('2020-01-05 10:00:00 America/New_York'), ('2020-01-05 10:00:00'),"
                    + " ('2020-01-05 10:00:00Z'), ('2020-01-05 10:00:00')) AS texts(x)"))
        .containsExactly(
            "2020-01-05 10:00:00+01",
            "NULL",
            "2020-01-05 10:00:00+01",
            "2020-01-05 11:00:00+01",
            "2020-01-05 10:00:00+01");
  }

  @Test
  void randomTexts_becomeWhatPythonTakesThemFor() throws Exception {
    JsonNode texts = Python.json("random_texts.py", 20_261_123, 6000);
    engine.execute("CREATE TABLE texts (n INTEGER, type VARCHAR, x VARCHAR, expected VARCHAR)");
    List<String> rows = new ArrayList<>();
    for (JsonNode text : texts) {
      rows.add(
          "(%d, %s, %s, %s)"
              .formatted(
                  rows.size(),
                  Sql.literal(text.path(0).asString()),
                  Sql.literal(text.path(1).asString()),
                  text.path(2).isNull() ? "NULL" : Sql.literal(text.path(2).asString())));
    }
    engine.execute("INSERT INTO texts VALUES " + String.join(", ", rows));
    StrictCast casts = new StrictCast(TextFormats.STANDARD);
    for (String type : List.of("INTEGER", "BIGINT", "DECIMAL(10,2)", "DATE")) {
      StrictCast.Quick quick = casts.quick("x", type);
      String of = " FROM texts WHERE type = '" + type + "'";
      assertThat(
              engine.rows(
                  "SELECT x, CAST(%s AS VARCHAR) AS y, expected".formatted(casts.of("x", type))
                      + of
                      + " AND y IS DISTINCT FROM expected"))
          .as("careful way, %s: text, value, Python's value", type)
          .isEmpty();
      assertThat(
              engine.rows(
                  "SELECT x, CAST(%s AS VARCHAR) AS y, expected".formatted(quick.value())
                      + of
                      + " AND y IS DISTINCT FROM expected AND NOT coalesce("
                      + quick.wrong().orElse("false")
                      + ", false) AND y IS NOT NULL"))
          .as("quick way, %s: text, value, Python's value", type)
          .isEmpty();
      // The comparison means something only when there are many of both.
      assertThat(Long.parseLong(engine.value("SELECT count(expected)" + of))).isGreaterThan(30);
      assertThat(Long.parseLong(engine.value("SELECT count(*) - count(expected)" + of)))
          .isGreaterThan(30);
    }
  }

  @Test
  void noText_isNoValue() {
    String expression = new StrictCast(TextFormats.STANDARD).of("x", "DATE");
    assertThat(engine.value("SELECT " + expression + " FROM (SELECT NULL::VARCHAR AS x)"))
        .isEqualTo("NULL");
  }
}
