package tarn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tarn.base.Json;

/**
 * One timed piece of work, printed as one line of JSON.
 *
 * @param round 0 is the warm-up
 * @param bytes of the data files that it left
 */
record Measurement(String variant, int round, double seconds, long rows, long bytes, int files) {

  void print() {
    System.out.println(Json.line(this));
  }

  /** The most memory that this process ever had in use, in kilobytes, as the kernel counts it. */
  static void printPeak() {
    try {
      long kilobytes =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(-1);
      System.out.println(Json.line(new Peak(kilobytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** See {@link #printPeak}. */
  record Peak(long peakKilobytes) {}
}
