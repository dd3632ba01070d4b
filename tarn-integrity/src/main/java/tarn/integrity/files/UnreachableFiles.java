package tarn.integrity.files;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A data path of a kind that this program cannot look into. The catalog can be checked, and of its
 * files nothing is known.
 */
public final class UnreachableFiles implements FileStore {
  private final String root;

  /**
   * @param dataPath a URL that ends in a slash
   */
  public UnreachableFiles(String dataPath) {
    this.root = dataPath.replaceFirst("/+$", "");
  }

  private IOException unreachable() {
    return new IOException("this program cannot look into " + root);
  }

  @Override
  public String root() {
    return root;
  }

  @Override
  public String canonical(String path) {
    return path;
  }

  @Override
  public List<Unlisted> list(String folder, Consumer<List<StoredFile>> sink) {
    return List.of(new Unlisted(root, "this program cannot look into data paths of this kind"));
  }

  @Override
  public Optional<StoredFile> find(String path) throws IOException {
    throw unreachable();
  }

  @Override
  public OpenFile open(String path) throws IOException {
    throw unreachable();
  }

  @Override
  public int parallelism() {
    return 1;
  }
}
