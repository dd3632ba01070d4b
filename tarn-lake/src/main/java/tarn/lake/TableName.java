package tarn.lake;

import java.util.Locale;

/** A table of the lake by its schema and its own name, neither of them quoted. */
public record TableName(String schema, String table) implements Comparable<TableName> {

  /** As SQL names it inside the attached lake: {@code "lake"."omop"."person"}. */
  public String quoted() {
    return Sql.identifier(Lake.NAME) + "." + Sql.identifier(schema) + "." + Sql.identifier(table);
  }

  /** The same in lower case: names that differ in case alone name one table. */
  public TableName folded() {
    return new TableName(schema.toLowerCase(Locale.ROOT), table.toLowerCase(Locale.ROOT));
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : table.compareTo(other.table);
  }

  @Override
  public String toString() {
    return schema + "." + table;
  }
}
