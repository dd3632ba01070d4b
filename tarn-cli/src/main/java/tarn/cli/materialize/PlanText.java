package tarn.cli.materialize;

import java.util.List;
import java.util.stream.Collectors;
import tarn.assets.AssetKey;
import tarn.assets.run.RunPlan;
import tarn.cli.text.Style;
import tarn.cli.text.TextTable;
import tarn.cli.text.TextTable.Column;

/** What a run would do, for a person. */
public final class PlanText {
  private PlanText() {}

  /** A line for each asset, in an order in which they can be made. */
  public static String of(RunPlan plan, Style style) {
    TextTable table =
        new TextTable(
            List.of(
                Column.right("#"), Column.left("asset"), Column.left("plan"), Column.left("why")));
    int number = 1;
    for (RunPlan.Step step : plan.steps()) {
      String why =
          switch (step.verdict()) {
            case RunPlan.Verdict.Runs(List<String> reasons) -> String.join("; ", reasons);
            case RunPlan.Verdict.RunsIfChanged(var inputs) ->
                "if one of these changes: "
                    + inputs.stream().map(AssetKey::toString).collect(Collectors.joining(", "));
            case RunPlan.Verdict.Skipped _ -> "nothing that it is made from has changed";
          };
      table.add(List.of(Integer.toString(number++), step.key().toString(), word(step), why));
    }
    return table.render(style);
  }

  private static String word(RunPlan.Step step) {
    return switch (step.verdict()) {
      case RunPlan.Verdict.Runs _ -> "run";
      case RunPlan.Verdict.RunsIfChanged _ -> "perhaps";
      case RunPlan.Verdict.Skipped _ -> "skip";
    };
  }
}
