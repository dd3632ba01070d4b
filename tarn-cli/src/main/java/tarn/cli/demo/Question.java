package tarn.cli.demo;

import java.util.List;
import tarn.lake.TableName;

/**
 * What the demo asks its lake, to show what is in it.
 *
 * @param title what the answer tells, in the words of a person
 * @param table without which there is nothing to ask
 * @param sql as a person would type it
 */
public record Question(String title, TableName table, String sql) {

  /** In the order in which they are shown. */
  public static final List<Question> ALL =
      List.of(
          new Question(
              "Most frequent diseases of the living patients",
              new TableName("mart", "condition_prevalence"),
              "SELECT condition, patients FROM mart.condition_prevalence"
                  + " WHERE condition NOT SIMILAR TO '.*\\((finding|situation)\\)'"
                  + " ORDER BY patients DESC, code LIMIT 5"),
          new Question(
              "Drugs that a living patient takes at once",
              new TableName("mart", "polypharmacy"),
              "SELECT count(*) AS patients, count(*) FILTER (WHERE polypharmacy) AS five_or_more,"
                  + " max(drugs) AS most FROM mart.polypharmacy"),
          new Question(
              "Laboratory values of patients that rise over the years",
              new TableName("mart", "lab_trends"),
              "SELECT test, unit, count(*) AS patients, count(*) FILTER (WHERE slope_per_year > 0)"
                  + " AS rising FROM mart.lab_trends GROUP BY ALL ORDER BY patients DESC, test"
                  + " LIMIT 4"),
          new Question(
              "Results that an external laboratory delivered, beside those in the record",
              new TableName("mart", "lab_reconciliation"),
              "SELECT month, in_record, delivered, missing FROM mart.lab_reconciliation"
                  + " ORDER BY month"),
          new Question(
              "Rows of its files that were not read, but set aside with the reason",
              new TableName("raw", "lab_results_quarantine"),
              "SELECT _source_file, line, reason FROM raw.lab_results_quarantine"
                  + " ORDER BY _source_file, line"));
}
