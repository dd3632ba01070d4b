package tarn.testkit.emulator;

import java.time.Duration;
import java.util.Map;

/** What a {@link FaultProxy} does to a request instead of passing it on as it is. */
public sealed interface Fault {

  /**
   * The store is not asked; the proxy answers.
   *
   * @param code the store's own error code, in the body as S3 writes it and in Azure's header
   * @param headers besides those every answer has
   */
  record Answer(int status, String code, Map<String, String> headers) implements Fault {
    public Answer {
      headers = Map.copyOf(headers);
    }

    public Answer(int status, String code) {
      this(status, code, Map.of());
    }
  }

  /** The answer begins late. */
  record Delay(Duration time) implements Fault {}

  /** The connection is torn down after so many bytes of the answer's body. */
  record ResetAfter(long bytes) implements Fault {}

  /**
   * The connection is closed in good order after so many bytes of a body that was announced longer.
   */
  record TruncateAfter(long bytes) implements Fault {}

  /** Nothing comes any more after so many bytes of the answer's body, and the connection stays. */
  record StallAfter(long bytes) implements Fault {}

  /** The request's body is not read any further, and the connection stays. */
  record StallRequest() implements Fault {}

  /** The store does what it was asked, but its answer is lost. */
  record LoseAnswer() implements Fault {}

  /** The answer carries another value in one of its headers. */
  record ReplaceHeader(String name, String value) implements Fault {}

  /** The answer's body arrives with its first byte changed. */
  record Damage() implements Fault {}
}
