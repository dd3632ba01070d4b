package tarn.storage.internal;

/** Tells what an exception of a store's client library means. */
@FunctionalInterface
public interface Failures {
  Verdict judge(Request request, Exception failure);
}
