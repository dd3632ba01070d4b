package tarn.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tarn.base.Human;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;
import tarn.cli.text.Times;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Severity;
import tarn.integrity.report.FsckReport;

/** A check's report as a person reads it: what is wrong, what to do, and what was looked at. */
final class FsckText {
  /** More than these are better read as JSON or by a query. */
  private static final int MOST = 200;

  private FsckText() {}

  static String of(FsckReport report, Style style) {
    StringBuilder text = new StringBuilder();
    if (!report.findings().isEmpty()) {
      text.append(findings(report, style))
          .append('\n')
          .append(remedies(report, style))
          .append('\n');
    }
    text.append(verdict(report, style)).append('\n');
    looked(report).forEach(line -> text.append("  ").append(line).append('\n'));
    return text.toString();
  }

  private static String findings(FsckReport report, Style style) {
    TextTable table =
        new TextTable(
            List.of(
                Column.left("severity"),
                Column.left("finding"),
                Column.left("table"),
                Column.left("what it is about"),
                Column.left("detail")));
    report.findings().stream()
        .sorted(
            Comparator.comparing(Finding::severity)
                .thenComparing(finding -> finding.type())
                .thenComparing(Finding::subject))
        .limit(MOST)
        .forEach(
            finding ->
                table.add(
                    List.of(
                        finding.severity().text(),
                        finding.type().code(),
                        finding.table().orElse(""),
                        subject(finding),
                        finding.detail())));
    return table.render(style);
  }

  /** Where the working folder is the station's, paths below it are shown from there. */
  private static String subject(Finding finding) {
    if (finding.path().isEmpty()) {
      return finding.subject();
    }
    Path path = Path.of(finding.subject());
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path).toString() : finding.subject();
  }

  private static String remedies(FsckReport report, Style style) {
    Map<FindingClass, String> remedies = new LinkedHashMap<>();
    report.findings().stream()
        .sorted(Comparator.comparing(Finding::severity).thenComparing(finding -> finding.type()))
        .forEach(finding -> remedies.putIfAbsent(finding.type(), finding.remedy()));
    StringBuilder text = new StringBuilder(style.bold("What to do") + "\n");
    remedies.forEach(
        (type, remedy) ->
            text.append("  ").append(type.code()).append(": ").append(remedy).append('\n'));
    return text.toString();
  }

  private static String verdict(FsckReport report, Style style) {
    String time = Human.duration(Duration.between(report.started(), report.finished()));
    return switch (report.status()) {
      case CLEAN ->
          (report.stillOpen() == 0
                  ? style.green("Nothing is wrong.")
                  : style.yellow("Nothing more is wrong that this check can see."))
              + " "
              + time;
      case FINDINGS -> style.red(counted(report) + ".") + " " + time;
      case INCOMPLETE -> style.yellow("Not everything could be checked.") + " " + time;
      case INTERRUPTED ->
          style.yellow("Interrupted; until then: " + counted(report) + ".") + " " + time;
    };
  }

  private static String counted(FsckReport report) {
    Map<Severity, Long> counts =
        report.findings().stream()
            .collect(Collectors.groupingBy(Finding::severity, Collectors.counting()));
    long errors = counts.getOrDefault(Severity.ERROR, 0L);
    long warnings = counts.getOrDefault(Severity.WARNING, 0L);
    return count(errors, "error") + ", " + count(warnings, "warning");
  }

  private static String count(long count, String noun) {
    return Human.count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  private static List<String> looked(FsckReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Level %s, %s: %s, %s, up to snapshot %d."
            .formatted(
                report.level().text(),
                report.scope(),
                count(report.catalog().files(), "file"),
                Human.bytes(report.catalog().bytes()),
                report.catalog().snapshot()));
    if (report.findings().size() > MOST || report.omitted() > 0) {
      lines.add(
          "%s are shown; --json has %s, and %s were only counted."
              .formatted(
                  Human.count(Math.min(MOST, report.findings().size())),
                  Human.count(report.findings().size()),
                  Human.count(report.omitted())));
    }
    if (report.work().young() > 0) {
      lines.add(
          "%s that no catalog knows: too new to be called an orphan."
              .formatted(count(report.work().young(), "file")));
    }
    if (report.work().read() > 0) {
      lines.add(
          "Contents: %s read, %s.%s"
              .formatted(
                  count(report.work().read(), "file"),
                  Human.bytes(report.work().readBytes()),
                  report.work().complete() ? "" : " The budget ended before the files did."));
    }
    if (report.stillOpen() > 0) {
      lines.add(
          "%s of earlier checks %s still open, which this one did not look for: `tarn query \"FROM _tarn.fsck_findings WHERE resolved_at IS NULL\"`."
              .formatted(
                  count(report.stillOpen(), "finding"), report.stillOpen() == 1 ? "is" : "are"));
    }
    lines.add(coverage(report));
    return lines;
  }

  private static String coverage(FsckReport report) {
    var coverage = report.coverage();
    if (coverage.never() > 0) {
      return "Contents never verified: %s, %s. Run with --level content."
          .formatted(count(coverage.never(), "file"), Human.bytes(coverage.neverBytes()));
    }
    return coverage
        .oldest()
        .map(
            oldest ->
                "Contents verified: all; the longest ago on %s (%s). Digests taken when written: %s, on first sight: %s."
                    .formatted(
                        Times.local(oldest),
                        Human.duration(Duration.between(oldest, Instant.now())) + " ago",
                        Human.count(coverage.written()),
                        Human.count(coverage.firstSight())))
        .orElse("No file has contents to verify.");
  }
}
