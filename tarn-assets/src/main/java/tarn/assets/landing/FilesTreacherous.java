package tarn.assets.landing;

import java.util.Set;

/** Ends a load because files have to be read carefully that the engine has read. */
final class FilesTreacherous extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Set<String> names;

  FilesTreacherous(Set<String> names) {
    super("files that the engine must not read: " + names);
    this.names = Set.copyOf(names);
  }

  Set<String> names() {
    return names;
  }
}
