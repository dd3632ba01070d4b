package tarn.files.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of an index.
 *
 * @param values as text, one for each of the table's own columns
 */
public record IndexRow(IndexTable table, List<@Nullable String> values) {
  public IndexRow {
    if (values.size() != table.columns().size()) {
      throw new IllegalArgumentException(
          values.size() + " values for " + table.columns().size() + " columns of " + table.name());
    }
  }
}
