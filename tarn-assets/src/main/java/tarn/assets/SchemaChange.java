package tarn.assets;

/** A change of a table's columns that loses something and so must be allowed by its asset. */
public enum SchemaChange {
  /** A column of the table is missing in the output. */
  DROP_COLUMN,
  /** A column's new type cannot hold every value of its old one. */
  NARROW_TYPE
}
