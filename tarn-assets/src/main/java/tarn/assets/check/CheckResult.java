package tarn.assets.check;

import tarn.assets.Check;

/**
 * What a check found.
 *
 * @param offending how many rows break it: 0 when it passed, 1 when a check of the table as a whole
 *     failed; for a row count how many rows are missing or too many
 * @param detail one line for a person, such as an example of an offending value
 */
public record CheckResult(Check check, boolean passed, long offending, String detail) {

  static CheckResult of(Check check, long offending, String detail) {
    return new CheckResult(check, offending == 0, offending, detail);
  }
}
