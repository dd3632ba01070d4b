package example.assets;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import tarn.assets.Asset;
import tarn.assets.AssetContext;
import tarn.assets.AssetModule;
import tarn.assets.Input;
import tarn.assets.JavaAsset;
import tarn.assets.Output;

/** Each public method with {@link Asset} is one asset of the station. */
public final class ClinicAssets implements AssetModule {
  private static final int BANDS = 11;
  private static final int YEARS_IN_A_BAND = 10;

  /** A row of reference/age_band: its components are the table's columns. */
  public record AgeBand(int fromAge, int toAge, String name) {}

  /** Records: for what Java makes row by row. */
  @Asset(
      key = "reference/age_band",
      description = "Ages in bands of ten years",
      tags = "layer=reference",
      notNull = {"fromAge", "toAge", "name"},
      unique = "fromAge")
  public Output ageBands() {
    return Output.rows(
        AgeBand.class,
        IntStream.range(0, BANDS)
            .mapToObj(
                band -> {
                  int from = band * YEARS_IN_A_BAND;
                  int to = from + YEARS_IN_A_BAND - 1;
                  return new AgeBand(from, to, from + " to " + to);
                }));
  }

  /** Arrow batches: for what comes in columns already, or is large. */
  @Asset(
      key = "reference/calendar",
      description = "Each day from 1900 to 2099, with its year, month and weekday",
      tags = "layer=reference",
      unique = "day")
  public Output calendar(AssetContext context) {
    context.log("making the calendar");
    return Output.arrow(
        new CalendarReader(
            LocalDate.of(1900, 1, 1), LocalDate.of(2100, 1, 1), new RootAllocator()));
  }

  /** A relation: the engine does the work, and no row comes into Java. */
  @Asset(
      key = "report/patients_by_age_band",
      description = "How many patients are of which age, on the first day of 2026",
      tags = "layer=report")
  public Output patientsByAgeBand(
      @Input("raw/patients") Output.Relation patients,
      @Input("reference/age_band") Output.Relation bands) {
    return Output.relation(
        """
        SELECT band.name, count(patient.id) AS patients
        FROM (%s) AS band
        LEFT JOIN (%s) AS patient
          ON date_sub('year', patient.birth, DATE '2026-01-01') BETWEEN band.fromAge AND band.toAge
        GROUP BY band.name
        """
            .formatted(bands.query(), patients.query()));
  }

  @Override
  public List<JavaAsset> assets() {
    return List.of(new Weekdays());
  }
}
