package tarn.integrity.repair;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
  private final List<FileStore> replicas;

  /**
   * @param replicas that hold copies of the data path's files, under the same names
   */
  Sources(
      FileStore store, Ledger ledger, FileDiagnosis diagnosis, List<? extends FileStore> replicas) {
    this.store = store;
    this.ledger = ledger;
    this.diagnosis = diagnosis;
    this.replicas = List.copyOf(replicas);
  }

  private record Candidate(FileStore store, String path) {
    /** What cannot be looked at is no source. */
    boolean isThere() {
      try {
        return store.find(path).isPresent();
      } catch (IOException | IllegalArgumentException e) {
        return false;
      }
    }
  }

  /** The first that is proven right. */
  Optional<String> find(FileRecord file) {
    return candidates(file).stream()
        .filter(Candidate::isThere)
        .filter(each -> diagnosis.unfit(file, each.store, each.path).isEmpty())
        .map(Candidate::path)
        .findFirst();
  }

  /** A copy under the same name in a replica, and any other file that had the same bytes. */
  private List<Candidate> candidates(FileRecord file) {
    List<Candidate> candidates = new ArrayList<>();
    String key = file.key();
    String root = store.root() + "/";
    for (FileStore replica : replicas) {
      if (key.startsWith(root)) {
        candidates.add(new Candidate(replica, replica.root() + "/" + key.substring(root.length())));
      }
      candidates.add(new Candidate(replica, replica.root() + key.substring(key.lastIndexOf('/'))));
    }
    ledger.sameBytes(key).stream()
        .map(path -> path.startsWith("/") || path.contains("://") ? path : root + path)
        .filter(path -> !path.equals(key))
        .forEach(path -> candidates.add(new Candidate(store, path)));
    return candidates;
  }
}
