package tarn.dagster.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.dagster.reconcile.IntegrityReport.Verdict;

class IntegrityReportTest {
  private static final String FINDING =
      """
      {"id": "0123456789abcdef", "code": "file.missing", "severity": "%s", "level": "exists",
       "path": "omop/person/x.parquet", "table": %s, "partition": null, "end_snapshot": %s,
       "detail": "it is not there", "remedy": "bring it back"}""";

  private static String report(String status, boolean complete, String scope, String findings) {
    return """
        {"version": 1, "status": "%s", "level": "exists", "scope": "%s", "complete": %s,
         "findings_omitted": 0, "findings": [%s]}"""
        .formatted(status, scope, complete, findings);
  }

  private static IntegrityReport reading(String finding) {
    return IntegrityReport.read(report("findings", true, "everything", finding));
  }

  @Test
  void damageOfATable_isFound() {
    IntegrityReport report = reading(FINDING.formatted("error", "\"omop.person\"", "null"));
    assertThat(report.damages())
        .singleElement()
        .satisfies(
            damage -> {
              assertThat(damage.table()).isEqualTo("omop.person");
              assertThat(damage.code()).isEqualTo("file.missing");
              assertThat(damage.level()).isEqualTo(report.level());
              assertThat(damage.partition()).isEmpty();
            });
  }

  @Test
  void whatMakesNoAnswerWrongToday_isNone() {
    assertThat(reading(FINDING.formatted("warning", "\"omop.person\"", "null")).damages())
        .isEmpty();
    assertThat(reading(FINDING.formatted("error", "null", "null")).damages()).isEmpty();
    assertThat(reading(FINDING.formatted("error", "\"omop.person\"", "7")).damages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "clean, true, everything, COMPLETE",
    "findings, true, everything, COMPLETE",
    "findings, false, everything, INCOMPLETE",
    "incomplete, true, everything, INCOMPLETE",
    "interrupted, false, everything, INCOMPLETE",
    "clean, true, omop.person, INCOMPLETE",
    "clean, true, everything since snapshot 7, INCOMPLETE"
  })
  void onlyAWholeCheck_speaksForTablesWithoutFindings(
      String status, boolean complete, String scope, Verdict expected) {
    assertThat(IntegrityReport.read(report(status, complete, scope, "")).verdict())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"findings\": 1}", "{\"findings\": []}"})
  void whatIsNoReport_isRefused(String text) {
    assertThatThrownBy(() -> IntegrityReport.read(text))
        .isInstanceOfSatisfying(
            TarnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REPORT_UNREADABLE));
  }
}
