package tarn.base;

/** What a failed operation left behind: whether it is safe to try again. */
public enum Effect {
  /** Nothing became visible in the lake; trying again is safe. */
  NOTHING_WRITTEN,
  /** The commit may or may not have happened: look before trying again. */
  OUTCOME_UNKNOWN,
  /** Nothing became visible, but files were left that no snapshot refers to. */
  SAFE_TO_CLEAN_UP
}
