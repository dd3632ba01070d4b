package tarn.cli.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tarn.base.Human;

/** Whether a folder can be written to, and how much room it has. */
final class PlaceChecks {
  private static final long LITTLE = 1_000_000_000;
  private static final Duration SKEW = Duration.ofSeconds(5);

  private PlaceChecks() {}

  /**
   * @param folder is made by whoever needs it, so that it may not be there yet
   */
  static List<Finding> run(String subject, Path folder, String setting) {
    Path existing = existing(folder);
    List<Finding> findings = new ArrayList<>();
    findings.add(writable(subject, folder, existing, setting));
    findings.add(room(subject, existing, setting));
    return findings;
  }

  private static Path existing(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = Objects.requireNonNull(existing.getParent(), "the root is always there");
    }
    return existing;
  }

  private static Finding writable(String subject, Path folder, Path existing, String setting) {
    try {
      Path probe = Files.createTempFile(existing, ".tarn-doctor", null);
      Instant written = Files.getLastModifiedTime(probe).toInstant();
      Files.delete(probe);
      Duration skew = Duration.between(written, Instant.now()).abs();
      if (skew.compareTo(SKEW) > 0) {
        return Finding.warning(
            subject,
            "the clock of " + existing + " differs from this machine's by " + Human.duration(skew),
            "Keep both right with NTP: changed landing files are recognized by their times.");
      }
      return Finding.ok(
          subject,
          existing.equals(folder.toAbsolutePath())
              ? folder + " is writable"
              : folder + " can be made");
    } catch (IOException e) {
      return Finding.failed(
          subject,
          existing + " cannot be written to: " + e,
          "Give this user the right to, or set `" + setting + "` to another place.");
    }
  }

  private static Finding room(String subject, Path existing, String setting) {
    try {
      FileStore store = Files.getFileStore(existing);
      long free = store.getUsableSpace();
      String message =
          "%s free of %s".formatted(Human.bytes(free), Human.bytes(store.getTotalSpace()));
      return free < LITTLE
          ? Finding.warning(
              subject, message, "Free some space there, or set `" + setting + "` to a larger disk.")
          : Finding.ok(subject, message);
    } catch (IOException e) {
      return Finding.warning(
          subject, "its free space cannot be told: " + e, "Look at the disk of " + existing + ".");
    }
  }
}
