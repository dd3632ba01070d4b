package tarn.integrity.catalog;

import java.util.Optional;

/**
 * Which part of a lake is looked at.
 *
 * @param schema only tables of this schema
 * @param table only this table; a schema is given too
 * @param sinceSnapshot only files that were added by this snapshot or a later one
 */
public record Scope(Optional<String> schema, Optional<String> table, Optional<Long> sinceSnapshot) {
  public static final Scope EVERYTHING =
      new Scope(Optional.empty(), Optional.empty(), Optional.empty());

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
    return tables + sinceSnapshot.map(id -> " since snapshot " + id).orElse("");
  }
}
