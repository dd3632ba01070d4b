package tarn.testkit.zoo;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What happens to data files on disks, in buckets and in people's hands. */
final class DataFileDamages {
  private DataFileDamages() {}

  static List<Damage> all() {
    return List.of(
        Damage.found("data file removed", "file.missing", "exists", on(Target::remove)),
        Damage.found(
            "historical data file removed",
            "file.missing",
            "exists",
            lake -> Target.historicalFiles(lake).stream().limit(1).anyMatch(Target::remove)),
        Damage.found(
            "data file cut in half",
            "file.truncated",
            "exists",
            on(file -> file.truncate(file.size() / 2))),
        Damage.found(
            "last byte of data file lost",
            "file.truncated",
            "exists",
            on(file -> file.truncate(file.size() - 1))),
        Damage.found("data file emptied", "file.truncated", "exists", on(file -> file.truncate(0))),
        Damage.found(
            "bytes appended to data file",
            "file.grown",
            "exists",
            on(file -> file.append("junk".getBytes(StandardCharsets.US_ASCII)))),
        Damage.found(
            "data file replaced by one of another size",
            "file.replaced",
            "exists",
            lake -> replace(lake, (file, other) -> file.size() != other.size())),
        Damage.found(
            "data file replaced by one of the same size",
            "file.replaced",
            "footer",
            lake -> replace(lake, (file, other) -> file.size() == other.size())),
        Damage.found(
            "bit flipped in the last magic bytes",
            "file.unreadable",
            "footer",
            on(file -> file.flip(-2))),
        Damage.found(
            "bit flipped in the footer's length",
            "file.unreadable",
            "footer",
            on(file -> file.flip(-5))),
        Damage.found(
            "bit flipped in a data page", "file.modified", "content", on(file -> file.flip(100))));
  }

  private static Damage.Act on(Predicate<Target> act) {
    return lake -> Target.dataFile(lake).filter(act).isPresent();
  }

  private interface Fits {
    boolean test(Target file, Target other);
  }

  private static boolean replace(Specimen lake, Fits fits) {
    List<Target> files = Target.dataFiles(lake);
    for (Target file : files) {
      Optional<Target> other =
          files.stream().filter(each -> each.id() > file.id() && fits.test(file, each)).findFirst();
      if (other.isPresent()) {
        return file.overwrite(other.get().bytes());
      }
    }
    return false;
  }
}
