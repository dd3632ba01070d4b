package tarn.assets.landing;

/** Ends a load because another run has landed files of the same source since this one looked. */
final class LandedMeanwhile extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LandedMeanwhile() {
    super("another run landed files of the same source");
  }
}
