package tarn.integrity.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tarn.base.Json;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Severity;

/** A report in the Static Analysis Results Interchange Format 2.1.0. */
public final class SarifReport {
  private SarifReport() {}

  public static String of(FsckReport report) {
    return Json.pretty(
        Map.of(
            "$schema",
            "https://json.schemastore.org/sarif-2.1.0.json",
            "version",
            "2.1.0",
            "runs",
            List.of(run(report))));
  }

  private static Map<String, Object> run(FsckReport report) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put(
        "tool",
        Map.of(
            "driver",
            Map.of(
                "name",
                "tarn fsck",
                "rules",
                Stream.of(FindingClass.values()).map(SarifReport::rule).toList())));
    run.put("automationDetails", Map.of("id", "tarn-fsck/" + report.runId()));
    run.put(
        "invocations",
        List.of(
            Map.of(
                "executionSuccessful",
                report.status() == FsckReport.Status.CLEAN
                    || report.status() == FsckReport.Status.FINDINGS,
                "startTimeUtc",
                report.started().toString(),
                "endTimeUtc",
                report.finished().toString())));
    run.put("results", report.findings().stream().map(SarifReport::result).toList());
    return run;
  }

  private static Map<String, Object> rule(FindingClass type) {
    return Map.of(
        "id",
        type.code(),
        "shortDescription",
        Map.of("text", type.code()),
        "help",
        Map.of("text", type.remedy()),
        "defaultConfiguration",
        Map.of("level", level(type.severity())));
  }

  private static Map<String, Object> result(Finding finding) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("ruleId", finding.type().code());
    result.put("level", level(finding.severity()));
    result.put("message", Map.of("text", finding.detail() + " " + finding.remedy()));
    result.put("partialFingerprints", Map.of("finding/v1", finding.id()));
    finding
        .path()
        .ifPresent(
            path ->
                result.put(
                    "locations",
                    List.of(
                        Map.of(
                            "physicalLocation",
                            Map.of("artifactLocation", Map.of("uri", uri(path)))))));
    finding
        .table()
        .ifPresent(
            table -> result.put("logicalLocations", List.of(Map.of("fullyQualifiedName", table))));
    return result;
  }

  private static String uri(String path) {
    return path.contains("://") ? path : java.nio.file.Path.of(path).toUri().toString();
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
    };
  }
}
