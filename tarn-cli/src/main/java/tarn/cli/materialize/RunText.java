package tarn.cli.materialize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.assets.check.CheckResult;
import tarn.assets.io.Materialization;
import tarn.assets.run.AssetResult;
import tarn.assets.run.AssetState;
import tarn.assets.run.AssetState.Failed;
import tarn.assets.run.RunReport;
import tarn.base.Human;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;

/** What a run came to, for a person. */
public final class RunText {
  private RunText() {}

  /** A line for each asset, and one for the run. */
  public static String summary(RunReport report, Style style) {
    TextTable table =
        new TextTable(
            List.of(
                Column.left("asset"),
                Column.left("state"),
                Column.right("rows"),
                Column.right("changed"),
                Column.right("files"),
                Column.right("size"),
                Column.right("time"),
                Column.right("snapshot"),
                Column.left("")));
    report.results().forEach(result -> table.add(row(result)));
    return table.render(style) + "\n" + ending(report) + "\n";
  }

  private static List<String> row(AssetResult result) {
    AssetState state = result.state();
    Optional<Materialization> done = States.materialization(state);
    Optional<Materialization.Written> written =
        done.filter(Materialization.Written.class::isInstance)
            .map(Materialization.Written.class::cast);
    return List.of(
        result.key().toString(),
        States.word(state),
        done.map(each -> Human.count(each.rows())).orElse(""),
        written.map(each -> Human.count(each.rowsWritten())).orElse(""),
        written.map(each -> Human.count(each.files())).orElse(""),
        written.map(each -> Human.bytes(each.bytes())).orElse(""),
        result.duration().isZero() ? "" : Human.duration(result.duration()),
        done.map(RunText::snapshot).orElse(""),
        States.remarks(state));
  }

  private static String snapshot(Materialization materialization) {
    return switch (materialization) {
      case Materialization.Written written -> Long.toString(written.snapshot());
      case Materialization.Unchanged unchanged -> Long.toString(unchanged.snapshot());
    };
  }

  /** {@code 12 written, 3 skipped in 2.10 s (run …)}. */
  static String ending(RunReport report) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String word : List.of("written", "unchanged", "skipped", "failed", "not run")) {
      counts.put(word, 0);
    }
    report.results().forEach(each -> counts.merge(States.word(each.state()), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach(
        (word, count) -> {
          if (count > 0) {
            parts.add(Human.count(count) + " " + word);
          }
        });
    return "%s in %s (run %s)"
        .formatted(String.join(", ", parts), Human.duration(report.duration()), report.runId());
  }

  /** Each check that warned, and each failure with the way out of it. */
  public static String troubles(RunReport report, Style style) {
    StringBuilder text = new StringBuilder();
    for (AssetResult result : report.results()) {
      States.materialization(result.state())
          .ifPresent(
              done ->
                  States.warnings(done.checks())
                      .forEach(check -> text.append(warning(result, check, style))));
    }
    for (AssetResult result : report.results()) {
      if (result.state() instanceof Failed failed) {
        text.append(failure(result, failed, style));
      }
    }
    return text.toString();
  }

  private static String warning(AssetResult result, CheckResult check, Style style) {
    return "%s %s: check %s: %s offending, %s\n"
        .formatted(
            style.yellow("warning"),
            result.key(),
            check.check().name(),
            Human.count(check.offending()),
            check.detail());
  }

  private static String failure(AssetResult result, Failed failed, Style style) {
    StringBuilder text = new StringBuilder();
    text.append(style.red("error[" + failed.code().code() + "]"))
        .append(" ")
        .append(style.bold(result.key().toString()))
        .append(": ")
        .append(failed.message().stripTrailing())
        .append('\n');
    failed.trace().forEach(line -> text.append(style.dim("    " + line)).append('\n'));
    return text.append(style.bold("  → ")).append(failed.remedy()).append('\n').toString();
  }
}
