package tarn.cli.query;

/** Whoever read the result has gone away: no error, and nothing is left to say. */
public final class ClosedOutputException extends RuntimeException {
  ClosedOutputException(Throwable cause) {
    super(cause);
  }
}
