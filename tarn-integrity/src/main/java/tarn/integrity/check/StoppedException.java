package tarn.integrity.check;

/** The check was asked to end; what it found so far is kept. */
public final class StoppedException extends RuntimeException {
  public StoppedException() {
    super("the check was stopped", null, false, false);
  }
}
