package tarn.assets.run;

import tarn.assets.AssetKey;

/** Hears of a run while it goes on; called by one thread at a time, but for {@link #within}. */
public interface RunListener {

  default void started(AssetKey key) {}

  /** It needed more memory than its neighbours left, and is run again when they have ended. */
  default void postponed(AssetKey key) {}

  default void ended(AssetResult result) {}

  /**
   * Does the work on an asset, once, on the thread that is to do it; for whoever follows what
   * happens there.
   */
  default void within(AssetKey key, Runnable work) {
    work.run();
  }

  /** An asset's code has something to say. */
  default void logged(AssetKey key, String message) {}

  /** Hears nothing. */
  static RunListener none() {
    return new RunListener() {};
  }
}
