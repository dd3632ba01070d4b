package tarn.integrity.check;

/** Says whether a check is to end early; asked often, from many threads. */
@FunctionalInterface
public interface StopSignal {
  boolean isStopped();

  /** Ends the work at hand. */
  default void check() {
    if (isStopped()) {
      throw new StoppedException();
    }
  }
}
