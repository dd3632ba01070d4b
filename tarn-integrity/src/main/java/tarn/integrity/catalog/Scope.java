package tarn.integrity.catalog;

import java.util.Optional;

/**
 * Which part of a lake is looked at.
 *
 * @param schema only tables of this schema
 * @param table only this table; a schema is given too
 * @param sinceSnapshot only files that were added by this snapshot or a later one
 * @param partition only data files of this partition, and their delete files
 */
public record Scope(
    Optional<String> schema,
    Optional<String> table,
    Optional<Long> sinceSnapshot,
    Optional<Partition> partition) {
  public static final Scope EVERYTHING =
      new Scope(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * A value of a column that a table is partitioned by, as the catalog has it.
   *
   * @param column without the function that is applied to it
   */
  public record Partition(String column, String value) {}

  public Scope(Optional<String> schema, Optional<String> table, Optional<Long> sinceSnapshot) {
    this(schema, table, sinceSnapshot, Optional.empty());
  }

  /** Whether some files of a table may be left out. */
  public boolean isPartOfATable() {
    return sinceSnapshot.isPresent() || partition.isPresent();
  }

  public boolean isEverything() {
    return equals(EVERYTHING);
  }

  /** As a person reads it. */
  public String display() {
    String tables =
        table
            .map(name -> schema.orElse("main") + "." + name)
            .or(() -> schema.map(name -> "schema " + name))
            .orElse("everything");
    return tables
        + partition.map(part -> " where " + part.column() + "=" + part.value()).orElse("")
        + sinceSnapshot.map(id -> " since snapshot " + id).orElse("");
  }
}
