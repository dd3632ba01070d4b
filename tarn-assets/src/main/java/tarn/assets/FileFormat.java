package tarn.assets;

/** Formats of files that can be landed. */
public enum FileFormat {
  CSV,
  /** One array of objects, or objects one after the other. */
  JSON,
  /** One object a line. */
  NDJSON,
  PARQUET,
  /** Each file is one row: its name and its text. */
  XML
}
