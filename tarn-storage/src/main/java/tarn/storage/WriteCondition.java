package tarn.storage;

/** What must hold for a write to happen. */
public sealed interface WriteCondition {

  record Always() implements WriteCondition {}

  /** No object has this key. */
  record IfAbsent() implements WriteCondition {}

  /** The object is still the one with this ETag. */
  record IfMatches(String etag) implements WriteCondition {}
}
