package tarn.base;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An error that a person can act on: what happened (naming the path and the value), what to do
 * next, and what was left behind.
 */
public final class TarnException extends RuntimeException {
  private final ErrorCode code;
  private final String remedy;
  private final Effect effect;

  /**
   * @param message what happened, one sentence or a few lines, without a secret in it
   * @param remedy what to do next, an imperative sentence
   */
  public TarnException(ErrorCode code, String message, String remedy) {
    this(code, message, remedy, Effect.NOTHING_WRITTEN, null);
  }

  public TarnException(ErrorCode code, String message, String remedy, @Nullable Throwable cause) {
    this(code, message, remedy, Effect.NOTHING_WRITTEN, cause);
  }

  public TarnException(
      ErrorCode code, String message, String remedy, Effect effect, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.remedy = remedy;
    this.effect = effect;
  }

  public ErrorCode code() {
    return code;
  }

  public String remedy() {
    return remedy;
  }

  public Effect effect() {
    return effect;
  }

  /** The message; an exception made here always has one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
