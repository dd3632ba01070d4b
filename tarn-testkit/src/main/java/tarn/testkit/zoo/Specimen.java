package tarn.testkit.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import tarn.testkit.BareEngine;

/**
 * A lake in a folder of its own, laid out as in a station, closed unless a method is at work on it.
 */
public final class Specimen {
  private final Path folder;

  private Specimen(Path folder) {
    this.folder = folder;
  }

  /** Makes a lake of a shape with the engine alone. */
  public static Specimen make(LakeShape shape, Path folder) {
    Specimen specimen = new Specimen(folder);
    try (BareEngine engine = BareEngine.start()) {
      Files.createDirectories(specimen.data());
      if (shape == LakeShape.ENCRYPTED) {
        engine.execute("LOAD httpfs");
      }
      specimen.attach(engine, shape.options());
      shape.foundation().forEach(engine::execute);
      engine.execute("USE memory");
      engine.execute("DETACH lake");
      Files.copy(specimen.catalog(), specimen.olderCatalog());
      specimen.attach(engine, shape.options());
      for (String step : shape.steps()) {
        engine.execute(step.replace("{data}", specimen.data().toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return specimen;
  }

  private void attach(BareEngine engine, String options) {
    engine.execute("LOAD ducklake");
    engine.execute(
        "ATTACH 'ducklake:%s' AS lake (DATA_PATH '%s/', %s)".formatted(catalog(), data(), options));
    engine.execute("USE lake");
  }

  /** A copy that may be damaged; the files keep their times. */
  public Specimen copyTo(Path target) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
                throws IOException {
              Files.createDirectories(target.resolve(folder.relativize(from)));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
                throws IOException {
              Files.copy(
                  from,
                  target.resolve(folder.relativize(from)),
                  StandardCopyOption.COPY_ATTRIBUTES);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Specimen copy = new Specimen(target);
    copy.moveHere();
    return copy;
  }

  private void moveHere() {
    changeCatalog(
        "UPDATE ducklake_metadata SET value = '%s/' WHERE key = 'data_path'".formatted(data()));
  }

  /** Puts back the catalog as it was when the lake was half made. */
  void putBackOlderCatalog() {
    try {
      Files.copy(olderCatalog(), catalog(), StandardCopyOption.REPLACE_EXISTING);
      Files.deleteIfExists(catalog().resolveSibling(catalog().getFileName() + ".wal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    moveHere();
  }

  private Path olderCatalog() {
    return folder.resolve("older-catalog.ducklake");
  }

  public Path folder() {
    return folder;
  }

  public Path catalog() {
    return folder.resolve("lake/catalog.ducklake");
  }

  public Path data() {
    return folder.resolve("lake/data");
  }

  /** Changes the catalog's own tables behind DuckLake's back. */
  public void changeCatalog(String... statements) {
    try (BareEngine engine = BareEngine.onCatalog(catalog())) {
      List.of(statements).forEach(engine::execute);
    }
  }

  /** What the catalog's own tables say. */
  public List<String> askCatalog(String query) {
    try (BareEngine engine = BareEngine.onCatalog(catalog())) {
      return engine.rows(query);
    }
  }

  /** Changes the lake as any client of it would. */
  public void changeLake(String... statements) {
    try (BareEngine engine = BareEngine.start()) {
      attach(engine, "DATA_INLINING_ROW_LIMIT 0");
      List.of(statements).forEach(engine::execute);
    }
  }

  /** What a client of the lake gets. */
  public List<String> askLake(String query) {
    try (BareEngine engine = BareEngine.start()) {
      attach(engine, "READ_ONLY");
      return engine.rows(query);
    }
  }
}
