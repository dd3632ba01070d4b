package tarn.lake;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Removes the files of a statement that failed half way. DuckLake 1.5.5 removes those of statements
 * that had ended when it rolls back, but of the one that failed it knows nothing, so a disk that
 * was full would stay full.
 *
 * <p>Only a table's own folder is looked at, only while its lock is held, and only files go that
 * were written since the transaction began and that the catalog names nowhere.
 */
final class Leftovers {
  /** Clocks of file systems tick more slowly than that of the process. */
  private static final Duration TICK = Duration.ofSeconds(2);

  /** Other names get a folder that is called by a new number. */
  private static final Pattern NAMES_ITS_FOLDER = Pattern.compile("[A-Za-z0-9_-]+");

  private Leftovers() {}

  static void remove(Lake lake, Collection<TableName> tables, Instant since) {
    switch (lake.settings().catalog()) {
      case CatalogLocation.DuckDbFile _ -> {
        // No other process writes to such a lake, so what is new is of this one.
        if (!lake.settings().dataPath().contains("://")) {
          try (Session session = lake.session()) {
            for (TableName table : tables) {
              remove(lake, session, table, since.minus(TICK));
            }
          }
        }
      }
      // Other programs may write to the same folder just now.
      case CatalogLocation.PostgreSql _ -> {}
    }
  }

  private static void remove(Lake lake, Session session, TableName table, Instant since) {
    Optional<Path> folder = folder(lake, session, table).filter(Files::isDirectory);
    if (folder.isEmpty()) {
      return;
    }
    Set<String> known = namesOfFiles(session);
    try {
      Files.walkFileTree(folder.get(), new Sweep(known, since));
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_DENIED,
          "Files of a write that failed could not be removed from " + folder.get() + ": " + e,
          "No snapshot refers to them; remove them by hand.",
          e);
    }
  }

  private record Folder(@Nullable String schema, @Nullable String table) {}

  /** Where a table's files lie, also of one that was never committed. */
  private static Optional<Path> folder(Lake lake, Session session, TableName name) {
    return session
        .queryFirst(
            """
            SELECT CASE WHEN s.path_is_relative THEN s.path END,
              CASE WHEN t.path_is_relative THEN t.path END
            FROM %1$s.ducklake_schema s LEFT JOIN %1$s.ducklake_table t
              ON t.schema_id = s.schema_id AND t.end_snapshot IS NULL
              AND lower(t.table_name) = lower(?)
            WHERE s.end_snapshot IS NULL AND lower(s.schema_name) = lower(?)"""
                .formatted(Lake.METADATA),
            row -> new Folder(row.getString(1), row.getString(2)),
            name.table(),
            name.schema())
        .flatMap(
            found -> {
              String table =
                  found.table == null && NAMES_ITS_FOLDER.matcher(name.table()).matches()
                      ? name.table()
                      : found.table;
              return found.schema == null || table == null || table.isBlank()
                  ? Optional.empty()
                  : Optional.of(
                      Path.of(lake.settings().dataPath()).resolve(found.schema).resolve(table));
            });
  }

  /** Every name is a random number, so it is enough to compare the last part of each path. */
  private static Set<String> namesOfFiles(Session session) {
    return new HashSet<>(
        session.query(
            """
            SELECT regexp_extract(path, '[^/]*$') FROM (
              SELECT path FROM %1$s.ducklake_data_file
              UNION ALL SELECT path FROM %1$s.ducklake_delete_file
              UNION ALL SELECT path FROM %1$s.ducklake_files_scheduled_for_deletion)"""
                .formatted(Lake.METADATA),
            row -> Objects.requireNonNull(row.getString(1))));
  }

  /** Folders go too when nothing is left in them. */
  private static final class Sweep extends SimpleFileVisitor<Path> {
    private final Set<String> known;
    private final Instant since;

    Sweep(Set<String> known, Instant since) {
      this.known = known;
      this.since = since;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String name = file.getFileName().toString();
      if (name.startsWith("ducklake-")
          && !known.contains(name)
          && !attributes.lastModifiedTime().toInstant().isBefore(since)) {
        Files.delete(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      try {
        Files.delete(folder);
      } catch (DirectoryNotEmptyException e) {
        // Something else lies in it.
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
