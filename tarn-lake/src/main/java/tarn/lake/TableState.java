package tarn.lake;

import java.util.List;
import java.util.Optional;

/**
 * A table as the catalog describes it.
 *
 * @param id what the catalog calls it; it stays when the table is renamed and goes when it is
 *     dropped
 * @param name with the letter case that the catalog has it in
 * @param partitionedBy partition expressions as SQL writes them, such as {@code year("birth")}
 */
public record TableState(
    long id,
    TableName name,
    List<Column> columns,
    List<String> partitionedBy,
    Optional<String> comment) {

  public TableState {
    columns = List.copyOf(columns);
    partitionedBy = List.copyOf(partitionedBy);
  }

  /**
   * @param type as the engine's SQL names it
   */
  public record Column(String name, String type, Optional<String> comment) {}
}
