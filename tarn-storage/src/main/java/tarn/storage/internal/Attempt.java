package tarn.storage.internal;

/** One try of a request. */
@FunctionalInterface
public interface Attempt<T> {
  T run() throws Exception;
}
