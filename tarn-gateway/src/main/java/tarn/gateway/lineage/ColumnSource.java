package tarn.gateway.lineage;

import tarn.lake.TableName;

/** A column of a table. */
public record ColumnSource(TableName table, String column) implements Comparable<ColumnSource> {

  @Override
  public int compareTo(ColumnSource other) {
    int byTable = table.compareTo(other.table);
    return byTable != 0 ? byTable : column.compareTo(other.column);
  }
}
