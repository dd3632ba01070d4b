package tarn.assets.landing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.LandingSource.Presence;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;

/** Finds the expected columns among those of a file: by name, in any order, case ignored. */
final class ColumnMatch {
  /** The position of a column that the file does not have. */
  static final int MISSING = -1;

  private ColumnMatch() {}

  /** Whether files must have exactly the columns that are expected. */
  enum Rule {
    /** They were declared. */
    EXACT,
    /** They were found in the files and the table: a file may lack some. */
    OPEN
  }

  /**
   * For each expected column its position in the file.
   *
   * @throws TarnException {@code landing.invalid} when the rule is broken
   */
  static List<Integer> of(LandingFile file, List<String> names, Expected expected, Rule rule) {
    List<String> given = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    List<Integer> positions = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Column column : expected.columns()) {
      int position = given.indexOf(column.name().toLowerCase(Locale.ROOT));
      positions.add(position);
      if (position == MISSING && column.presence() != Presence.OF_NEITHER) {
        missing.add(column.name());
      }
    }
    List<String> extra = names.stream().filter(name -> expected.indexOf(name) < 0).toList();
    boolean broken =
        switch (rule) {
          case EXACT -> !missing.isEmpty() || !extra.isEmpty();
          case OPEN -> !extra.isEmpty();
        };
    if (broken) {
      throw mismatch(file, names, missing, extra);
    }
    return positions;
  }

  private static TarnException mismatch(
      LandingFile file, List<String> names, List<String> missing, List<String> extra) {
    StringBuilder message = new StringBuilder(file.name());
    message.append(" does not have the columns that are declared:");
    if (!missing.isEmpty()) {
      message.append(" it lacks `").append(String.join("`, `", missing)).append('`');
      message.append(missing.size() == 1 ? Nearest.hint(missing.getFirst(), extra) : "");
    }
    if (!extra.isEmpty()) {
      message.append(missing.isEmpty() ? "" : ";");
      message.append(" nobody declared `").append(String.join("`, `", extra)).append('`');
    }
    message.append(". Its columns are `").append(String.join("`, `", names)).append("`.");
    return new TarnException(
        ErrorCode.LANDING_INVALID,
        message.toString(),
        "Mend `columns` of the source, or its option `delim`, or have the file delivered again.");
  }
}
