package tarn.base;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder in which this installation keeps what it needs to run: {@code extensions/} and {@code
 * native/}. It is not a station's folder and holds no data.
 */
public record Home(Path folder) {
  private static final String PROPERTY = "tarn.home";
  private static final String VARIABLE = "TARN_HOME";

  /**
   * The one that the launcher chose; without a launcher, what TARN_HOME says.
   *
   * @throws TarnException {@code usage} when neither says anything
   */
  public static Home ofThisProcess() {
    return Optional.ofNullable(System.getProperty(PROPERTY))
        .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
        .filter(text -> !text.isBlank())
        .map(text -> new Home(Path.of(text).toAbsolutePath().normalize()))
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.USAGE,
                    "This program does not know where its extensions are: TARN_HOME is not set.",
                    "Start it with `tarn`, or set TARN_HOME."));
  }

  /** Where the engine finds its extensions, in the engine's own layout. */
  public Path extensions() {
    return folder.resolve("extensions");
  }
}
