package tarn.storage.internal;

import tarn.storage.Operation;

/**
 * What is asked, for messages.
 *
 * @param target the object or prefix, as a URL without a secret
 */
public record Request(Operation operation, String target) {

  /** {@code reading s3://bucket/key}. */
  String text() {
    return operation.gerund() + " " + target;
  }
}
