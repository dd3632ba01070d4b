package tarn.gateway.health;

/** Tries a part of the station; what it throws is why the part does not work. */
@FunctionalInterface
public interface Probe {
  void attempt() throws Exception;
}
