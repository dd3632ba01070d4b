package tarn.assets.landing;

import java.util.Set;

/** Ends a load because somebody wrote to files while they were read. */
final class FilesChanged extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Set<String> names;

  FilesChanged(Set<String> names) {
    super("files changed while they were read: " + names);
    this.names = Set.copyOf(names);
  }

  Set<String> names() {
    return names;
  }
}
