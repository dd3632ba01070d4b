package tarn.assets.io;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tarn.assets.Check;
import tarn.assets.SchemaChange;
import tarn.assets.WriteMode;

/**
 * How one output is to be written.
 *
 * @param partitionedBy DuckLake partition expressions, such as {@code year(birth_date)}; empty for
 *     none
 * @param allowedChanges schema changes that would otherwise be refused
 * @param unchanged what to do when the content equals what the table already holds
 * @param codeVersion identifies the asset's definition
 * @param inputs data versions of what the output was made from, by asset key
 * @param description becomes the table's comment
 * @param columnDescriptions become the columns' comments
 */
public record WritePlan(
    WriteMode mode,
    List<String> partitionedBy,
    Set<SchemaChange> allowedChanges,
    List<Check> checks,
    UnchangedPolicy unchanged,
    String codeVersion,
    Map<String, String> inputs,
    String description,
    Map<String, String> columnDescriptions) {

  public WritePlan {
    partitionedBy = List.copyOf(partitionedBy);
    allowedChanges = Set.copyOf(allowedChanges);
    checks = List.copyOf(checks);
    inputs = Map.copyOf(inputs);
    columnDescriptions = Map.copyOf(columnDescriptions);
  }

  /** Whether equal content is noticed. */
  public enum UnchangedPolicy {
    /** Equal content leaves no snapshot. */
    SKIP,
    /** It is hashed and written all the same. */
    REWRITE,
    /** No content hash is computed; each run leaves a snapshot. */
    ALWAYS_WRITE,
    /**
     * The table is made anew, and the output is all that it holds whatever the mode: for one whose
     * files are damaged, of which nothing can be read or deleted.
     */
    REMAKE
  }

  /** The same output, into a table that is made anew. */
  public WritePlan remaking() {
    return new WritePlan(
        mode,
        partitionedBy,
        allowedChanges,
        checks,
        UnchangedPolicy.REMAKE,
        codeVersion,
        inputs,
        description,
        columnDescriptions);
  }

  /** Replaces the table, with everything else left at its default. */
  public static WritePlan replace(String codeVersion) {
    return new WritePlan(
        new WriteMode.Replace(),
        List.of(),
        Set.of(),
        List.of(),
        UnchangedPolicy.SKIP,
        codeVersion,
        Map.of(),
        "",
        Map.of());
  }
}
