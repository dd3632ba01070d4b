package tarn.storage.internal;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** The errors that every store throws, in the same words. */
public final class Errors {
  /** How the signature of a signed URL, a key or a token would show in a library's message. */
  private static final Pattern SECRET =
      Pattern.compile("(?i)[?&]sig=|AccountKey=|x-amz-security-token|Authorization:|Bearer ");

  private Errors() {}

  public static TarnException notFound(Request request, String what, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.STORAGE_NOT_FOUND,
        what + " does not exist (" + request.text() + ").",
        "Check the name; if it was right yesterday, find out who removed it.",
        withoutSecrets(cause));
  }

  public static TarnException changed(Request request, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.STORAGE_CHANGED,
        "Another object is at "
            + request.target()
            + " than was expected while "
            + request.text()
            + ".",
        "Look at what is there now, then decide and try again.",
        withoutSecrets(cause));
  }

  /** A condition {@code IfAbsent} does not hold. */
  public static TarnException exists(Request request, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.STORAGE_CHANGED,
        "There is an object at " + request.target() + " already; it was left as it is.",
        "Look at what is there, then decide and try again.",
        withoutSecrets(cause));
  }

  /**
   * @param right what has to be granted, by the store's own name
   */
  public static TarnException denied(
      Request request, String detail, String right, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.STORAGE_DENIED,
        "The store refuses " + request.text() + " (" + detail + ").",
        right,
        withoutSecrets(cause));
  }

  public static TarnException credentials(
      Request request, String detail, String remedy, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.STORAGE_CREDENTIALS,
        "The store does not accept the credentials while " + request.text() + ": " + detail + ".",
        remedy,
        withoutSecrets(cause));
  }

  public static TarnException unreachable(
      Request request, String reason, int attempts, @Nullable Throwable cause) {
    Effect effect =
        request.operation().mayHaveHappened() ? Effect.OUTCOME_UNKNOWN : Effect.NOTHING_WRITTEN;
    return new TarnException(
        ErrorCode.STORAGE_UNREACHABLE,
        "Gave up "
            + request.text()
            + (attempts == 1 ? "" : " after " + attempts + " attempts")
            + ": "
            + reason
            + ".",
        switch (effect) {
          case OUTCOME_UNKNOWN ->
              "Check the network and the store; then look whether it was done before trying again.";
          case NOTHING_WRITTEN, SAFE_TO_CLEAN_UP ->
              "Check the network, the proxy and whether the store is up; then try again.";
        },
        effect,
        withoutSecrets(cause));
  }

  /** The other side's certificate does not hold, which no second attempt changes. */
  public static TarnException untrusted(Request request, String detail, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.STORAGE_UNREACHABLE,
        "No trusted connection while " + request.text() + ": " + detail + ".",
        "If the store or a proxy uses a certificate of your own authority, name that authority's PEM file in the network settings.",
        withoutSecrets(cause));
  }

  public static TarnException full(Request request, String detail, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.STORAGE_FULL,
        "No space is left while " + request.text() + " (" + detail + ").",
        "Free space or raise the quota, then try again.",
        withoutSecrets(cause));
  }

  public static TarnException failed(Request request, String detail, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.STORAGE_FAILED,
        "Failed " + request.text() + ": " + detail + ".",
        "See what the store's own log says about it.",
        withoutSecrets(cause));
  }

  public static TarnException keyInvalid(String target, String why) {
    return new TarnException(
        ErrorCode.STORAGE_KEY_INVALID,
        "The store cannot hold an object named " + target + ": " + why + ".",
        "Choose another name.");
  }

  /** A cause is of use in a log, but not at the price of a secret in it. */
  private static @Nullable Throwable withoutSecrets(@Nullable Throwable cause) {
    if (cause == null) {
      return null;
    }
    StringWriter text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text));
    return SECRET.matcher(text.toString()).find() ? null : cause;
  }
}
