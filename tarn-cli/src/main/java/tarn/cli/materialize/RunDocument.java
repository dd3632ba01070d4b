package tarn.cli.materialize;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tarn.assets.AssetKey;
import tarn.assets.check.CheckResult;
import tarn.assets.io.Materialization;
import tarn.assets.landing.LandingResult;
import tarn.assets.run.AssetResult;
import tarn.assets.run.AssetState;
import tarn.assets.run.RunPlan;
import tarn.assets.run.RunReport;

/** Runs and plans for programs; spec/reports.md specifies both documents. */
public final class RunDocument {
  private static final int VERSION = 1;

  private RunDocument() {}

  /** What a run came to. */
  public static Map<String, @Nullable Object> of(RunReport report, int exitCode) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("report_version", VERSION);
    document.put("run_id", report.runId());
    document.put("started_at", report.started().toString());
    document.put("seconds", seconds(report.duration()));
    document.put("outcome", report.outcome().name().toLowerCase(Locale.ROOT));
    document.put("exit_code", exitCode);
    document.put("assets", report.results().stream().map(RunDocument::asset).toList());
    return document;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static Map<String, @Nullable Object> asset(AssetResult result) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    AssetState state = result.state();
    fields.put("key", result.key().toString());
    fields.put("table", result.key().table().toString());
    fields.put("state", States.name(state));
    fields.put("seconds", seconds(result.duration()));
    States.materialization(state).ifPresent(done -> fields.putAll(materialization(done)));
    States.landing(state).ifPresent(landing -> fields.put("landing", landing(landing)));
    switch (state) {
      case AssetState.Written _, AssetState.Unchanged _, AssetState.Skipped _ -> {}
      case AssetState.Failed failed -> fields.put("error", error(failed));
      case AssetState.NotRun(var reason) -> fields.put("reason", reason(reason));
    }
    return fields;
  }

  private static Map<String, @Nullable Object> materialization(Materialization done) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("rows", done.rows());
    switch (done) {
      case Materialization.Written written -> {
        fields.put("rows_written", written.rowsWritten());
        fields.put("files", written.files());
        fields.put("bytes", written.bytes());
        fields.put("snapshot", written.snapshot());
        fields.put("data_version", written.dataVersion().orElse(null));
      }
      case Materialization.Unchanged unchanged -> {
        fields.put("snapshot", unchanged.snapshot());
        fields.put("data_version", unchanged.dataVersion());
      }
    }
    fields.put("checks", done.checks().stream().map(RunDocument::check).toList());
    return fields;
  }

  private static Map<String, Object> check(CheckResult result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", result.check().name());
    fields.put("severity", result.check().severity().name().toLowerCase(Locale.ROOT));
    fields.put("passed", result.passed());
    fields.put("offending", result.offending());
    fields.put("detail", result.detail());
    return fields;
  }

  private static Map<String, Object> landing(LandingResult landing) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("files_read", landing.read());
    fields.put("files_unchanged", landing.unchanged().size());
    fields.put("files_vanished", landing.vanished());
    fields.put("files_deferred", landing.deferred());
    fields.put("rows_landed", landing.landedRows());
    fields.put("rows_quarantined", landing.malformedRows());
    return fields;
  }

  private static Map<String, Object> error(AssetState.Failed failed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("code", failed.code().code());
    fields.put("fault", failed.code().fault().name().toLowerCase(Locale.ROOT));
    fields.put("message", failed.message());
    fields.put("remedy", failed.remedy());
    fields.put("effect", failed.effect().name().toLowerCase(Locale.ROOT));
    fields.put("trace", failed.trace());
    return fields;
  }

  private static Map<String, Object> reason(AssetState.Reason reason) {
    Map<String, Object> fields = new LinkedHashMap<>();
    switch (reason) {
      case AssetState.Reason.Upstream(var failed) -> {
        fields.put("type", "upstream_failed");
        fields.put("failed", failed.stream().map(AssetKey::toString).toList());
      }
      case AssetState.Reason.Interrupted _ -> fields.put("type", "interrupted");
      case AssetState.Reason.OutOfMemory _ -> fields.put("type", "out_of_memory");
    }
    return fields;
  }

  /** What a run would do. */
  public static Map<String, @Nullable Object> of(RunPlan plan) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("report_version", VERSION);
    document.put("assets", plan.steps().stream().map(RunDocument::step).toList());
    return document;
  }

  private static Map<String, @Nullable Object> step(RunPlan.Step step) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("key", step.key().toString());
    fields.put("table", step.key().table().toString());
    fields.put("after", step.after().stream().map(AssetKey::toString).toList());
    switch (step.verdict()) {
      case RunPlan.Verdict.Runs(List<String> reasons) -> {
        fields.put("plan", "run");
        fields.put("reasons", reasons);
      }
      case RunPlan.Verdict.RunsIfChanged(var inputs) -> {
        fields.put("plan", "run_if_changed");
        fields.put("inputs", inputs.stream().map(AssetKey::toString).toList());
      }
      case RunPlan.Verdict.Skipped _ -> fields.put("plan", "skip");
    }
    return fields;
  }
}
