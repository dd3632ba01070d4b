package tarn.assets.landing;

import java.util.List;
import java.util.Locale;
import tarn.assets.landing.LandingSource.Column;

/** The columns that files are to be read into, without those that trace a row to its file. */
record Expected(List<Column> columns) {
  static final String SOURCE_FILE = "_source_file";
  static final String SOURCE_ROW = "_source_row";

  /** Longer texts of malformed records are cut off in the quarantine. */
  static final int LONGEST_RAW = 1 << 20;

  Expected {
    columns = List.copyOf(columns);
  }

  List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /** The position of a column by its name, case ignored; -1 when there is none. */
  int indexOf(String name) {
    for (int index = 0; index < columns.size(); index++) {
      if (columns.get(index).name().equalsIgnoreCase(name)) {
        return index;
      }
    }
    return -1;
  }

  static boolean traces(String column) {
    String name = column.toLowerCase(Locale.ROOT);
    return name.equals(SOURCE_FILE) || name.equals(SOURCE_ROW);
  }
}
