package tarn.integrity.check;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.duckdb.DuckDBAppender;
import tarn.base.Human;
import tarn.integrity.catalog.CatalogReader;
import tarn.integrity.catalog.FileRecord;
import tarn.integrity.catalog.Scope;
import tarn.integrity.catalog.Workspace;
import tarn.integrity.check.Inspection.Expectation;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.FileStore.Unlisted;
import tarn.integrity.files.StoredFile;
import tarn.integrity.finding.FileKind;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Finding.Affected;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Ledger;
import tarn.lake.EngineErrors;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * Compares the catalog's files with a listing of the store: the listing becomes a table, and the
 * engine joins the two.
 */
public final class Existence {
  private static final int PAGE = 2_000;

  private final Session session;
  private final FileStore store;
  private final Ledger ledger;
  private final Candidates candidates;
  private final StopSignal stop;
  private final Progress progress;

  Existence(
      Session session,
      FileStore store,
      Ledger ledger,
      Candidates candidates,
      StopSignal stop,
      Progress progress) {
    this.session = session;
    this.store = store;
    this.ledger = ledger;
    this.candidates = candidates;
    this.stop = stop;
    this.progress = progress;
  }

  /**
   * What a listing saw.
   *
   * @param young files that no catalog knows and that are too new to be called orphans
   */
  public record Listed(long files, long bytes, long young, List<Unlisted> unlisted) {}

  /**
   * @param judged a file that no catalog knows and that is newer than this is left alone: a writer
   *     may be about to commit it
   */
  Listed check(Scope scope, Instant judged, long knownFiles) {
    progress.phase("Listing files", knownFiles, 0);
    List<Unlisted> unlisted = list(scope);
    unlisted.forEach(this::unverifiable);
    progress.phase("Comparing with the catalog", 0, 0);
    compareSizes();
    findUnlisted(unlisted);
    long young = scope.isPartOfATable() ? 0 : findUnreferenced(judged, unlisted);
    return session
        .queryFirst(
            "SELECT count(*), coalesce(sum(size), 0)::BIGINT FROM " + Workspace.LISTING,
            row -> new Listed(row.getLong(1), row.getLong(2), young, unlisted))
        .orElseThrow();
  }

  private List<String> folders(Scope scope) {
    if (scope.schema().isEmpty()) {
      return List.of(store.root());
    }
    return session.query(
        "SELECT DISTINCT key FROM "
            + Workspace.FOLDERS
            + " WHERE schema_name = "
            + Sql.literal(scope.schema().get())
            + scope.table().map(name -> " AND table_name = " + Sql.literal(name)).orElse(""),
        row -> Objects.requireNonNull(row.getString(1)));
  }

  private List<Unlisted> list(Scope scope) {
    session.execute(
        "CREATE OR REPLACE TEMP TABLE tarn_check_listing(path VARCHAR, size BIGINT,"
            + " modified BIGINT)");
    List<Unlisted> unlisted = new ArrayList<>();
    try (DuckDBAppender appender =
        session.connection().createAppender("temp", "main", "tarn_check_listing")) {
      if (store.find(store.root()).isEmpty() && !isCloud()) {
        return List.of(new Unlisted(store.root(), "there is no such folder"));
      }
      for (String folder : folders(scope)) {
        unlisted.addAll(store.list(folder, files -> append(appender, files)));
      }
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    } catch (IOException e) {
      return List.of(new Unlisted(store.root(), e.toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
    return unlisted;
  }

  /** A prefix of a bucket is there as soon as something has it. */
  private boolean isCloud() {
    return store.root().contains("://");
  }

  private void append(DuckDBAppender appender, List<StoredFile> files) {
    stop.check();
    try {
      for (StoredFile file : files) {
        appender.beginRow();
        appender.append(file.path());
        appender.append(file.size());
        appender.append(ChronoUnit.MICROS.between(Instant.EPOCH, file.modified()));
        appender.endRow();
      }
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
    progress.advance(files.size(), 0);
  }

  private void unverifiable(Unlisted folder) {
    long affected =
        session
            .queryFirst(
                "SELECT count(*) FROM "
                    + Workspace.FILES
                    + " WHERE in_scope AND (key = ? OR starts_with(key, ?))",
                row -> row.getLong(1),
                folder.folder(),
                folder.folder() + "/")
            .orElse(0L);
    if (affected > 0 || folder.folder().equals(store.root())) {
      candidates.addCertain(
          Finding.ofFile(
              FindingClass.UNVERIFIABLE,
              Level.EXISTS,
              folder.folder(),
              Optional.empty(),
              "It cannot be listed (%s); the catalog has %s files there."
                  .formatted(folder.reason(), Human.count(affected))));
    }
  }

  private void compareSizes() {
    long last = -1;
    while (true) {
      List<FileRecord> page =
          CatalogReader.select(
              session,
              "JOIN %s l ON l.path = f.key WHERE f.in_scope AND l.size <> f.size AND f.sequence > %d"
                      .formatted(Workspace.LISTING, last)
                  + " ORDER BY f.sequence LIMIT "
                  + PAGE);
      page.forEach(this::diagnose);
      if (page.size() < PAGE) {
        return;
      }
      last = page.getLast().sequence();
    }
  }

  private void diagnose(FileRecord file) {
    stop.check();
    Diagnosis.of(
            store,
            file,
            Expectation.NOTHING,
            ledger.find(file.key()),
            Level.EXISTS,
            Optional.empty())
        .ifPresent(finding -> candidates.add(finding, file));
  }

  /**
   * Files that the listing does not have under their canonical path: each is asked for by the path
   * that the engine would open, which settles links and the like.
   */
  private void findUnlisted(List<Unlisted> unlisted) {
    session.execute("CREATE OR REPLACE TEMP TABLE tarn_check_elsewhere(key VARCHAR)");
    long last = -1;
    while (true) {
      List<FileRecord> page =
          CatalogReader.select(
              session,
              "LEFT JOIN %s l ON l.path = f.key WHERE f.in_scope AND l.path IS NULL"
                      .formatted(Workspace.LISTING)
                  + " AND f.sequence > "
                  + last
                  + " ORDER BY f.sequence LIMIT "
                  + PAGE);
      for (FileRecord file : page) {
        if (unlisted.stream().noneMatch(folder -> isBelow(file.key(), folder.folder()))) {
          lookUp(file);
        }
      }
      if (page.size() < PAGE) {
        return;
      }
      last = page.getLast().sequence();
    }
  }

  private static boolean isBelow(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder + "/");
  }

  private void lookUp(FileRecord file) {
    stop.check();
    try {
      Optional<StoredFile> stored = store.find(file.path());
      if (stored.isPresent()) {
        session.update(
            "INSERT INTO temp.main.tarn_check_elsewhere VALUES (?)", store.canonical(file.path()));
        if (stored.get().size() == file.size()) {
          return;
        }
      }
    } catch (NoSuchFileException e) {
      // The diagnosis says so.
    } catch (IOException | IllegalArgumentException e) {
      candidates.add(
          Finding.ofFile(
              FindingClass.UNVERIFIABLE,
              Level.EXISTS,
              file.key(),
              Optional.of(file.affected()),
              "It cannot be looked up: " + e),
          file);
      return;
    }
    diagnose(file);
  }

  private record Unreferenced(String path, long size, Instant modified) {}

  /**
   * Files of the lake's formats that the catalog does not have in any form of their path. Names are
   * compared without regard to case, Unicode form, percent-encoding and the kind of slash: on some
   * stores these lead to the same file.
   *
   * @return how many are newer than {@code before}
   */
  private long findUnreferenced(Instant before, List<Unlisted> unlisted) {
    session.execute(
        """
        CREATE OR REPLACE TEMP TABLE tarn_check_unreferenced AS
        SELECT path, size, modified FROM %1$s l
        WHERE regexp_matches(lower(path), '\\.(parquet|puffin)$')
          AND NOT EXISTS (FROM %2$s f WHERE f.key = l.path)
          AND path NOT IN (SELECT key FROM temp.main.tarn_check_elsewhere)"""
            .formatted(Workspace.LISTING, Workspace.FILES));
    session.execute(
        """
        DELETE FROM temp.main.tarn_check_unreferenced WHERE %1$s IN (
          SELECT %2$s FROM %3$s f SEMI JOIN (SELECT lower(nfc_normalize(url_decode(
            parse_filename(path)))) AS name FROM temp.main.tarn_check_unreferenced) u
          ON u.name = lower(nfc_normalize(url_decode(parse_filename(replace(f.key, '\\', '/'))))))"""
            .formatted(loose("path"), loose("f.key"), Workspace.FILES));
    long limit = ChronoUnit.MICROS.between(Instant.EPOCH, before);
    for (Unreferenced file :
        session.query(
            "SELECT path, size, modified FROM temp.main.tarn_check_unreferenced"
                + " WHERE modified <= ? ORDER BY path LIMIT 100000",
            row ->
                new Unreferenced(
                    Objects.requireNonNull(row.getString(1)),
                    row.getLong(2),
                    Instant.EPOCH.plusSeconds(row.getLong(3) / 1_000_000)),
            limit)) {
      if (unlisted.stream().noneMatch(folder -> isBelow(file.path, folder.folder()))) {
        report(file);
      }
    }
    return session
        .queryFirst(
            "SELECT count(*) FROM temp.main.tarn_check_unreferenced WHERE modified > ?",
            row -> row.getLong(1),
            limit)
        .orElse(0L);
  }

  private static String loose(String path) {
    return "lower(nfc_normalize(url_decode(regexp_replace(replace(%s, '\\', '/'), '/(\\.?/)+', '/', 'g'))))"
        .formatted(path);
  }

  private void report(Unreferenced file) {
    boolean committed = !ledger.committed(List.of(file.path)).isEmpty();
    Map<String, String> table = owner(file.path);
    Affected affected =
        new Affected(
            Optional.ofNullable(table.get("schema")),
            Optional.ofNullable(table.get("table")),
            Optional.of(FileKind.UNREFERENCED),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(file.size));
    candidates.addUnreferenced(
        Finding.ofFile(
            committed ? FindingClass.LEFTOVER : FindingClass.ORPHAN,
            Level.EXISTS,
            file.path,
            Optional.of(affected),
            committed
                ? "The catalog had the file once and has given it up; it has %s and was last written %s."
                    .formatted(Human.bytes(file.size), file.modified)
                : "The catalog has never had the file; it has %s and was last written %s."
                    .formatted(Human.bytes(file.size), file.modified)));
  }

  /** The table in whose folder a file lies, for the reader's information only. */
  private Map<String, String> owner(String path) {
    Map<String, String> owner = new HashMap<>();
    session
        .queryFirst(
            "SELECT schema_name, table_name FROM "
                + Workspace.FOLDERS
                + " WHERE live AND starts_with(?, key || '/') AND schema_name IS NOT NULL"
                + " ORDER BY length(key) DESC",
            row ->
                List.of(
                    Objects.requireNonNull(row.getString(1)),
                    Objects.requireNonNull(row.getString(2))),
            path)
        .ifPresent(
            names -> {
              owner.put("schema", names.get(0));
              owner.put("table", names.get(1));
            });
    return owner;
  }
}
