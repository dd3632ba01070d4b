package tarn.assets.run;

/** Which of the selected assets are run, and what is written. */
public enum Rerun {
  /** Those of which something may have changed; equal content is not written. */
  WHAT_CHANGED,
  /** All, and their content is written even if it equals what their tables hold. */
  EVERYTHING
}
