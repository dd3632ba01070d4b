package tarn.integrity.repair;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.check.FileDiagnosis;
import tarn.integrity.files.FileStore;
import tarn.integrity.ledger.Ledger;

/** Finds a file whose bytes may take the place of one that is lost or damaged. */
final class Sources {
  private final FileStore store;
  private final Ledger ledger;
  private final FileDiagnosis diagnosis;
  private final List<Path> replicas;

  /**
   * @param replicas folders that hold copies of the data path's files, under the same names
   */
  Sources(FileStore store, Ledger ledger, FileDiagnosis diagnosis, List<Path> replicas) {
    this.store = store;
    this.ledger = ledger;
    this.diagnosis = diagnosis;
    this.replicas = replicas;
  }

  /** The first that is proven right. */
  Optional<Path> find(FileRecord file) {
    return candidates(file).stream()
        .filter(Files::isRegularFile)
        .filter(path -> diagnosis.unfit(file, path.toString()).isEmpty())
        .findFirst();
  }

  /** A copy under the same name in a replica, and any other file that had the same bytes. */
  private List<Path> candidates(FileRecord file) {
    List<Path> candidates = new ArrayList<>();
    Path key = Path.of(file.key());
    Path root = Path.of(store.root());
    for (Path replica : replicas) {
      if (key.startsWith(root)) {
        candidates.add(replica.resolve(root.relativize(key)));
      }
      candidates.add(replica.resolve(Objects.requireNonNull(key.getFileName())));
    }
    ledger.sameBytes(file.key()).stream()
        .map(root::resolve)
        .filter(path -> !path.equals(key))
        .forEach(candidates::add);
    return candidates;
  }
}
