package tarn.cli.materialize;

import java.util.ArrayList;
import java.util.List;
import tarn.assets.AssetKey;
import tarn.assets.run.AssetResult;
import tarn.base.Human;
import tarn.cli.text.Style;

/** What is said of an asset while a run goes on. */
final class Lines {
  private Lines() {}

  /** {@code written omop/person (100 rows, 0.21 s)}. */
  static String ended(AssetResult result, Style style) {
    List<String> details = new ArrayList<>();
    States.materialization(result.state())
        .ifPresent(done -> details.add(States.count(done.rows(), "row")));
    if (!result.duration().isZero()) {
      details.add(Human.duration(result.duration()));
    }
    String remarks = States.remarks(result.state());
    if (!remarks.isEmpty()) {
      details.add(remarks);
    }
    return States.coloured(result.state(), style, "%-9s".formatted(States.word(result.state())))
        + " "
        + result.key()
        + style.dim("  (" + String.join(", ", details) + ")");
  }

  static String postponed(AssetKey key) {
    return "postponed " + key + "  (out of memory beside others, is run again alone)";
  }

  static String logged(AssetKey key, String message) {
    return key + ": " + message;
  }
}
