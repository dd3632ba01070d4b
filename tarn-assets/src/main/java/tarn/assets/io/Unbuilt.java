package tarn.assets.io;

import tarn.assets.Output;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Stands where a kind of output is not yet built. */
final class Unbuilt {
  private Unbuilt() {}

  static String select(Output output) {
    TarnException refusal =
        new TarnException(
            ErrorCode.ASSET_FAILED,
            "An output of this kind cannot be written yet: " + output,
            "Return a relation instead.");
    throw refusal;
  }
}
