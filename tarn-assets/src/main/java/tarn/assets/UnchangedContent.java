package tarn.assets;

/** What becomes of an output that equals what its table already holds. */
public enum UnchangedContent {
  /** It is noticed and not written. */
  SKIP,
  /** It is not looked at; each run writes. */
  ALWAYS_WRITE
}
