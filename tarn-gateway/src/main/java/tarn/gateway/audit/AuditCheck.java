package tarn.gateway.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether a trail is as it was written.
 *
 * @param fault the first line that does not follow from those before it
 * @param last the last line's hash: kept elsewhere, it proves later that nothing was cut off
 */
public record AuditCheck(int files, long lines, Optional<Fault> fault, String last) {

  /** A place that does not fit. */
  public record Fault(Path file, long line, String what) {}

  public static AuditCheck of(Path folder) throws IOException {
    List<Path> files = Files.isDirectory(folder) ? AuditTrail.files(folder) : List.of();
    String previous = Chain.START;
    long lines = 0;
    for (Path file : files) {
      long number = 0;
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          number++;
          lines++;
          String hash = Chain.hashOf(line);
          if (hash.isEmpty() || !hash.equals(Chain.hash(previous, Chain.contentOf(line)))) {
            String what =
                hash.isEmpty()
                    ? "it bears no hash"
                    : "it does not follow from the line before: one of the two was changed, or a"
                        + " line between them is gone";
            return new AuditCheck(
                files.size(), lines, Optional.of(new Fault(file, number, what)), previous);
          }
          previous = hash;
        }
      }
    }
    return new AuditCheck(files.size(), lines, Optional.empty(), previous);
  }
}
