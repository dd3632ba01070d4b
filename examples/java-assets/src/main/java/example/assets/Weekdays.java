package example.assets;

import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tarn.assets.AssetContext;
import tarn.assets.AssetSpec;
import tarn.assets.Check;
import tarn.assets.Check.Rule;
import tarn.assets.Check.Severity;
import tarn.assets.JavaAsset;
import tarn.assets.Output;

/** An asset as an object: it may have checks of any kind, and could be made in a loop. */
final class Weekdays implements JavaAsset {

  /** A row of reference/weekday. */
  public record Weekday(int number, String name) {}

  @Override
  public AssetSpec spec() {
    return AssetSpec.of("reference/weekday")
        .description("Weekdays by their ISO number")
        .tag("layer", "reference")
        .column("number", "1 is Monday")
        .checks(
            new Check(
                "seven_days",
                new Rule.Query("SELECT count(*) AS days FROM reference.weekday HAVING days <> 7"),
                Severity.BLOCKING),
            new Check("unique_name", new Rule.Unique(List.of("name")), Severity.BLOCKING));
  }

  @Override
  public Output produce(AssetContext context) {
    return Output.rows(
        Weekday.class,
        Stream.of(DayOfWeek.values())
            .map(
                day ->
                    new Weekday(
                        day.getValue(), day.getDisplayName(TextStyle.FULL, Locale.ENGLISH))));
  }
}
