package tarn.assets.run;

import java.nio.channels.ClosedByInterruptException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.run.AssetState.Failed;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Makes of whatever an asset threw an error that a person can act on. */
final class Failures {
  private static final int MOST_FRAMES = 8;
  private static final int MOST_CAUSES = 5;

  private Failures() {}

  static Failed of(AssetDefinition asset, Throwable thrown) {
    return switch (thrown) {
      case TarnException known -> known(asset, known);
      case OutOfMemoryError exhausted ->
          new Failed(
              ErrorCode.INTERNAL,
              "The program's own memory is used up (%s) while %s ran; nothing more was started."
                  .formatted(exhausted.getMessage(), asset.key()),
              "Give the JVM more: JAVA_TOOL_OPTIONS=-Xmx2g.",
              Effect.NOTHING_WRITTEN,
              trace(exhausted));
      case Throwable other ->
          new Failed(
              ErrorCode.ASSET_FAILED,
              "%s: %s".formatted(asset.definedIn(), other),
              "Mend the asset's code.",
              Effect.NOTHING_WRITTEN,
              trace(other));
    };
  }

  private static Failed known(AssetDefinition asset, TarnException error) {
    boolean ofQuery = error.code() == ErrorCode.QUERY_INVALID;
    List<String> messages = new ArrayList<>();
    messages.add(ofQuery ? asset.definedIn() + ": " + error.getMessage() : error.getMessage());
    for (Throwable besides : error.getSuppressed()) {
      messages.add("Besides: " + besides.getMessage());
    }
    Throwable cause = error.getCause();
    return new Failed(
        ofQuery ? ErrorCode.ASSET_QUERY_INVALID : error.code(),
        String.join("\n", messages),
        ofQuery ? "Mend the query, or the data that it cannot read." : error.remedy(),
        error.effect(),
        cause != null && error.code() == ErrorCode.ASSET_FAILED ? trace(cause) : List.of());
  }

  /** Whether it is what a cancelled statement or an interrupted thread ends with. */
  static boolean isInterruption(Throwable thrown) {
    return chain(thrown)
        .anyMatch(
            cause ->
                cause instanceof InterruptedException
                    || cause instanceof ClosedByInterruptException
                    || (cause instanceof TarnException known
                        && known.code() == ErrorCode.INTERRUPTED));
  }

  /** Whether this program's own memory was used up, which another asset may meet at any moment. */
  static boolean isExhaustion(Throwable thrown) {
    return chain(thrown).anyMatch(OutOfMemoryError.class::isInstance);
  }

  /** The calls between this program's own and the place of the error, for each cause. */
  private static List<String> trace(Throwable thrown) {
    List<String> lines = new ArrayList<>();
    chain(thrown)
        .filter(cause -> !(cause instanceof SQLException))
        .limit(MOST_CAUSES)
        .forEach(
            cause -> {
              lines.add((lines.isEmpty() ? "" : "caused by ") + cause);
              Stream.of(cause.getStackTrace())
                  .takeWhile(frame -> !frame.getClassName().startsWith("tarn."))
                  .filter(frame -> !isPlumbing(frame.getClassName()))
                  .limit(MOST_FRAMES)
                  .forEach(frame -> lines.add("  at " + frame));
            });
    return lines;
  }

  private static boolean isPlumbing(String className) {
    return className.startsWith("java.lang.invoke.")
        || className.startsWith("java.lang.reflect.")
        || className.startsWith("jdk.internal.");
  }

  private static Stream<Throwable> chain(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    Throwable next = thrown;
    while (next != null && causes.size() < MOST_CAUSES * 4) {
      causes.add(next);
      next = next.getCause();
    }
    return causes.stream();
  }
}
