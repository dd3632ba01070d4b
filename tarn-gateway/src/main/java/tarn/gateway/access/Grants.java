package tarn.gateway.access;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tarn.lake.TableName;

/**
 * The tables that a caller may touch.
 *
 * @param list every table is granted when it is empty
 */
public record Grants(List<Grant> list) {
  public static final Grants ALL = new Grants(List.of());

  /** Tarn's own records, which only an administrator without limits sees. */
  private static final String OWN = "_tarn";

  public Grants {
    list = List.copyOf(list);
  }

  /**
   * One schema or one table.
   *
   * @param table nothing for every table of the schema
   * @param filter an SQL condition that a row must meet
   * @param masks for columns, the SQL expression that is shown in their place
   */
  public record Grant(
      String schema, Optional<String> table, Optional<String> filter, Map<String, String> masks) {
    public Grant {
      masks = Map.copyOf(masks);
    }

    boolean covers(TableName name) {
      return schema.equalsIgnoreCase(name.schema())
          && table.map(name.table()::equalsIgnoreCase).orElse(true);
    }
  }

  /** Whether there is no limit at all. */
  public boolean unlimited() {
    return list.isEmpty();
  }

  /** The most exact grant of a table; one that names the table goes before one of its schema. */
  public Optional<Grant> of(TableName name) {
    if (name.schema().toLowerCase(Locale.ROOT).startsWith("__")) {
      return Optional.empty();
    }
    if (unlimited()) {
      return Optional.of(new Grant(name.schema(), Optional.empty(), Optional.empty(), Map.of()));
    }
    return list.stream()
        .filter(grant -> grant.covers(name))
        .max((a, b) -> Boolean.compare(a.table().isPresent(), b.table().isPresent()));
  }

  /** Whether a table may be seen by someone with this role. */
  public boolean show(TableName name, Role role) {
    boolean own = name.schema().equalsIgnoreCase(OWN);
    return of(name).isPresent() && (!own || role == Role.ADMIN);
  }
}
