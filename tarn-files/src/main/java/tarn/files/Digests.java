package tarn.files;

/** What is learned of objects that are registered where they lie. */
public enum Digests {
  /** Each is read once. */
  COMPUTE,
  /** Their size and ETag must do. */
  OMIT
}
