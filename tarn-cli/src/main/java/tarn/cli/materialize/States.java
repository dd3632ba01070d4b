package tarn.cli.materialize;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tarn.assets.Check.Severity;
import tarn.assets.check.CheckResult;
import tarn.assets.io.Materialization;
import tarn.assets.landing.LandingResult;
import tarn.assets.run.AssetState;
import tarn.assets.run.AssetState.Failed;
import tarn.assets.run.AssetState.NotRun;
import tarn.assets.run.AssetState.Reason;
import tarn.assets.run.AssetState.Skipped;
import tarn.assets.run.AssetState.Unchanged;
import tarn.assets.run.AssetState.Written;
import tarn.base.Human;
import tarn.cli.text.Style;

/** What became of an asset, in words. */
final class States {
  private States() {}

  /** As reports name it; spec/reports.md lists these names. */
  static String name(AssetState state) {
    return switch (state) {
      case Written _ -> "written";
      case Unchanged _ -> "unchanged";
      case Skipped _ -> "skipped";
      case Failed _ -> "failed";
      case NotRun _ -> "not_run";
    };
  }

  /** The same for a person. */
  static String word(AssetState state) {
    return name(state).replace('_', ' ');
  }

  static String coloured(AssetState state, Style style, String text) {
    return switch (state) {
      case Written _ -> style.green(text);
      case Unchanged _, Skipped _ -> style.dim(text);
      case Failed _ -> style.red(text);
      case NotRun _ -> style.yellow(text);
    };
  }

  static Optional<Materialization> materialization(AssetState state) {
    return switch (state) {
      case Written written -> Optional.of(written.materialization());
      case Unchanged unchanged -> Optional.of(unchanged.materialization());
      case Skipped skipped -> Optional.of(skipped.materialization());
      case Failed _, NotRun _ -> Optional.empty();
    };
  }

  static Optional<LandingResult> landing(AssetState state) {
    return switch (state) {
      case Written written -> written.landing();
      case Unchanged unchanged -> unchanged.landing();
      case Skipped _, Failed _, NotRun _ -> Optional.empty();
    };
  }

  /** What else there is to say, in one line. */
  static String remarks(AssetState state) {
    return switch (state) {
      case Written _, Unchanged _, Skipped _ -> successRemarks(state);
      case Failed failed -> failed.code().code();
      case NotRun(var reason) -> reason(reason);
    };
  }

  static String reason(Reason reason) {
    return switch (reason) {
      case Reason.Upstream(var failed) ->
          "because of " + failed.stream().map(Object::toString).collect(Collectors.joining(", "));
      case Reason.Interrupted _ -> "interrupted";
      case Reason.OutOfMemory _ -> "the program ran out of memory";
    };
  }

  private static String successRemarks(AssetState state) {
    List<String> remarks = new ArrayList<>();
    landing(state)
        .ifPresent(
            landing -> {
              if (!landing.read().isEmpty()) {
                remarks.add(count(landing.read().size(), "file") + " read");
              }
              if (landing.malformedRows() > 0) {
                remarks.add(Human.count(landing.malformedRows()) + " quarantined");
              }
              if (!landing.deferred().isEmpty()) {
                remarks.add(count(landing.deferred().size(), "file") + " still being written");
              }
              if (!landing.vanished().isEmpty()) {
                remarks.add(count(landing.vanished().size(), "file") + " gone");
              }
            });
    materialization(state)
        .ifPresent(
            done -> {
              if (!done.checks().isEmpty()) {
                remarks.add(checks(done.checks()));
              }
            });
    return String.join(", ", remarks);
  }

  private static String checks(List<CheckResult> checks) {
    long warnings = warnings(checks).size();
    return warnings == 0
        ? count(checks.size(), "check") + " passed"
        : warnings + " of " + count(checks.size(), "check") + " warned";
  }

  static List<CheckResult> warnings(List<CheckResult> checks) {
    return checks.stream()
        .filter(check -> !check.passed())
        .filter(check -> check.check().severity() == Severity.WARNING)
        .toList();
  }

  static String count(long count, String noun) {
    return Human.count(count) + " " + noun + (count == 1 ? "" : "s");
  }
}
