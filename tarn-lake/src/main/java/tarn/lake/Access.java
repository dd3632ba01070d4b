package tarn.lake;

/** What the one who opens a lake means to do with it. */
public enum Access {
  /** Several processes may read one embedded catalog at a time, when none writes. */
  READ,
  WRITE
}
