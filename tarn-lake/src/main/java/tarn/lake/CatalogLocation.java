package tarn.lake;

import java.nio.file.Path;

/** Where the lake's SQL catalog is kept. */
public sealed interface CatalogLocation {

  /** One DuckDB file: a single process may write it at a time. */
  record DuckDbFile(Path file) implements CatalogLocation {}

  /** What a person may see of it: never a password. */
  default String display() {
    return switch (this) {
      case DuckDbFile(Path file) -> file.toString();
    };
  }
}
