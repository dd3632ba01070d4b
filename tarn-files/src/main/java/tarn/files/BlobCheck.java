package tarn.files;

import java.io.IOException;
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
import tarn.base.TarnException;
import tarn.integrity.check.FurtherFiles;
import tarn.integrity.check.Parallel;
import tarn.integrity.check.StoppedException;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.FileStore.Unlisted;
import tarn.integrity.files.LakeFiles;
import tarn.integrity.files.OpenFile;
import tarn.integrity.files.StoredFile;
import tarn.integrity.finding.FileKind;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Finding.Affected;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.Digest;
import tarn.integrity.ledger.Ledger;
import tarn.integrity.ledger.Ledger.Seen;
import tarn.integrity.ledger.Ledger.Verified;
import tarn.lake.EngineErrors;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.storage.StoreSettings;

/**
 * Checks the contents that tables refer to: that each is there with its size, by one listing; at
 * {@link Level#CONTENT} that its bytes are those of its name; and that there are no others. What a
 * reference says to lie elsewhere belongs to others and is left to {@code tarn files verify}.
 */
public final class BlobCheck implements FurtherFiles, AutoCloseable {
  private static final String REFERENCES = "temp.main.tarn_check_reference";
  private static final String BLOBS = "temp.main.tarn_check_blob";
  private static final String DUE = "temp.main.tarn_check_blob_due";
  private static final int MOST = 100_000;
  private static final int BETWEEN_NOTES = 500;

  private final Optional<LakeFiles> place;

  private BlobCheck(Optional<LakeFiles> place) {
    this.place = place;
  }

  /**
   * Of the contents beside a lake's data.
   *
   * @param dataPath absolute, ending in a slash
   */
  public static BlobCheck beside(String dataPath, StoreSettings settings) {
    return new BlobCheck(
        FileLocations.possible(dataPath).map(location -> LakeFiles.open(location, settings)));
  }

  @Override
  public void close() {
    place.ifPresent(LakeFiles::close);
  }

  @Override
  public Result check(Look look) {
    return place
        .map(files -> new Walk(files.files(), look).check())
        .orElseGet(() -> FurtherFiles.NONE.check(look));
  }

  /** A content that a reference needs. */
  private record Needed(
      String path, String schema, String table, long size, String sha256, long there) {
    Affected affected() {
      return new Affected(
          Optional.of(schema),
          Optional.of(table),
          Optional.of(FileKind.BLOB),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(size));
    }
  }

  private record Hashed(Needed blob, Instant begun, Optional<Digest> digest, String failure) {}

  /** One check. */
  private static final class Walk {
    private final FileStore files;
    private final Look look;
    private final Session session;
    private final List<Verified> verified = new ArrayList<>();
    private Instant firstBegun = Instant.now();
    private long read;
    private boolean complete = true;

    Walk(FileStore files, Look look) {
      this.files = files;
      this.look = look;
      this.session = look.session();
    }

    Result check() {
      look.progress().phase("Looking at files by reference", 0, 0);
      // References first: what they need was there before them.
      List<Unlisted> unread = references();
      List<Unlisted> unlisted = list();
      unread.forEach(
          each -> unverifiable(each.folder(), "Its references cannot be read: " + each.reason()));
      unlisted.forEach(
          each -> unverifiable(each.folder(), "It cannot be listed: " + each.reason()));
      long young = 0;
      if (unlisted.isEmpty()) {
        missing();
        if (unread.isEmpty()) {
          young = unreferenced();
        }
      }
      otherSizes();
      session.execute(
          "INSERT INTO %s SELECT path FROM %s SEMI JOIN %s USING (key)"
              .formatted(EXPECTED, BLOBS, REFERENCES));
      if (look.level().includes(Level.CONTENT)) {
        contents();
      }
      return new Result(count(BLOBS), young, read, complete);
    }

    private long count(String table) {
      return session
          .queryFirst("SELECT count(*) FROM " + table, row -> row.getLong(1))
          .orElseThrow();
    }

    private void unverifiable(String subject, String reason) {
      complete = false;
      look.findings()
          .accept(
              Finding.ofFile(
                  FindingClass.UNVERIFIABLE, Level.EXISTS, subject, Optional.empty(), reason));
    }

    /** Reads what every snapshot refers to, and says which tables cannot be read. */
    private List<Unlisted> references() {
      session.execute(
          "CREATE OR REPLACE TEMP TABLE tarn_check_reference(key VARCHAR, size BIGINT,"
              + " sha256 VARCHAR, schema_name VARCHAR, table_name VARCHAR)");
      List<Unlisted> unread = new ArrayList<>();
      for (ShownReferences shown : ShownReferences.all(session)) {
        look.stop().check();
        String column = Sql.identifier(shown.column());
        try {
          session.execute(
              """
              INSERT INTO %1$s SELECT DISTINCT 'sha256/' || substr(r.sha256, 1, 2) || '/' || r.sha256,
                r.size, r.sha256, %2$s, %3$s
              FROM (SELECT %4$s AS r FROM %5$s AT (VERSION => %6$d))
              WHERE r.state IN ('stored', 'unreadable') AND length(r.sha256) = 64"""
                  .formatted(
                      REFERENCES,
                      Sql.literal(shown.table().schema()),
                      Sql.literal(shown.table().table()),
                      column,
                      shown.table().quoted(),
                      shown.snapshot()));
        } catch (TarnException e) {
          unread.add(
              new Unlisted(shown.table() + " at snapshot " + shown.snapshot(), e.getMessage()));
        }
      }
      return unread;
    }

    private List<Unlisted> list() {
      session.execute(
          "CREATE OR REPLACE TEMP TABLE tarn_check_blob(path VARCHAR, key VARCHAR, size BIGINT,"
              + " modified BIGINT)");
      String root = files.root() + "/";
      try (DuckDBAppender appender =
          session.connection().createAppender("temp", "main", "tarn_check_blob")) {
        return files.list(files.root(), batch -> append(appender, root, batch));
      } catch (SQLException e) {
        throw EngineErrors.translate(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoppedException();
      }
    }

    private void append(DuckDBAppender appender, String root, List<StoredFile> batch) {
      look.stop().check();
      try {
        for (StoredFile file : batch) {
          String key = file.path().startsWith(root) ? file.path().substring(root.length()) : "";
          if (BlobKeys.digest(key).isPresent() || key.startsWith(BlobKeys.INCOMING)) {
            appender.beginRow();
            appender.append(file.path()).append(key).append(file.size());
            appender.append(ChronoUnit.MICROS.between(Instant.EPOCH, file.modified()));
            appender.endRow();
          }
        }
      } catch (SQLException e) {
        throw EngineErrors.translate(e);
      }
      look.progress().advance(batch.size(), 0);
    }

    private List<Needed> needed(String condition) {
      return session.query(
          """
          SELECT coalesce(any_value(b.path), %1$s || key), any_value(r.schema_name),
            any_value(r.table_name), r.size, r.sha256, coalesce(any_value(b.size), -1)
          FROM %2$s r LEFT JOIN %3$s b USING (key) WHERE %4$s
          GROUP BY key, r.size, r.sha256 ORDER BY key LIMIT %5$d"""
              .formatted(Sql.literal(files.root() + "/"), REFERENCES, BLOBS, condition, MOST),
          row ->
              new Needed(
                  Objects.requireNonNull(row.getString(1)),
                  Objects.requireNonNull(row.getString(2)),
                  Objects.requireNonNull(row.getString(3)),
                  row.getLong(4),
                  Objects.requireNonNull(row.getString(5)),
                  row.getLong(6)));
    }

    /** What is gone may have been removed after its last reference was. */
    private void missing() {
      if (needed("b.key IS NULL").isEmpty()) {
        return;
      }
      references();
      for (Needed blob : needed("b.key IS NULL")) {
        look.stop().check();
        try {
          if (files.find(blob.path).isEmpty()) {
            report(FindingClass.BLOB_MISSING, Level.EXISTS, blob, "There is no such object.");
          }
        } catch (IOException e) {
          unverifiable(blob.path, "It cannot be looked up: " + e);
        }
      }
    }

    private void otherSizes() {
      for (Needed blob : needed("b.size <> r.size")) {
        report(
            blob.there < blob.size ? FindingClass.BLOB_TRUNCATED : FindingClass.BLOB_GROWN,
            Level.EXISTS,
            blob,
            "It has %d bytes instead of %d.".formatted(blob.there, blob.size));
      }
    }

    private void report(FindingClass type, Level level, Needed blob, String detail) {
      look.findings()
          .accept(Finding.ofFile(type, level, blob.path, Optional.of(blob.affected()), detail));
    }

    private record Useless(String path, long size, Instant modified) {}

    /** Says how many are too new to judge. */
    private long unreferenced() {
      long limit = ChronoUnit.MICROS.between(Instant.EPOCH, look.judged());
      String useless = "FROM %s ANTI JOIN %s USING (key) ".formatted(BLOBS, REFERENCES);
      for (Useless blob :
          session.query(
              "SELECT path, size, modified "
                  + useless
                  + "WHERE modified <= ? ORDER BY path LIMIT "
                  + MOST,
              row ->
                  new Useless(
                      Objects.requireNonNull(row.getString(1)),
                      row.getLong(2),
                      Instant.EPOCH.plus(row.getLong(3), ChronoUnit.MICROS)),
              limit)) {
        Affected affected =
            new Affected(
                Optional.empty(),
                Optional.empty(),
                Optional.of(FileKind.BLOB),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(blob.size));
        look.findings()
            .accept(
                Finding.ofFile(
                    FindingClass.BLOB_UNREFERENCED,
                    Level.EXISTS,
                    blob.path,
                    Optional.of(affected),
                    "No snapshot refers to it; it has %s and was last written %s."
                        .formatted(Human.bytes(blob.size), blob.modified)));
      }
      return session
          .queryFirst(
              "SELECT count(*) " + useless + "WHERE modified > ?", row -> row.getLong(1), limit)
          .orElse(0L);
    }

    /** Reads the contents that are due; what has a wrong size needs no reading. */
    private void contents() {
      Map<String, Needed> byPath = new HashMap<>();
      needed("b.size = r.size").forEach(blob -> byPath.put(blob.path, blob));
      session.execute(
          """
          CREATE OR REPLACE TEMP TABLE tarn_check_blob_due AS
          SELECT path, modified FROM %s b SEMI JOIN %s r ON b.key = r.key AND b.size = r.size"""
              .formatted(BLOBS, REFERENCES));
      List<Needed> due =
          look.ledger().dueBeside(DUE, look.within()).stream()
              .map(byPath::get)
              .filter(Objects::nonNull)
              .toList();
      look.progress()
          .phase(
              "Reading files by reference", due.size(), due.stream().mapToLong(Needed::size).sum());
      try {
        Parallel.each(
            due.stream().takeWhile(this::isAffordable).iterator(),
            files.parallelism(),
            this::hash,
            this::note);
      } finally {
        keep();
      }
    }

    private boolean isAffordable(Needed blob) {
      if (look.budget().isSpent()) {
        complete = false;
        return false;
      }
      look.budget().begin(blob.size);
      return true;
    }

    private Hashed hash(Needed blob) {
      look.stop().check();
      Instant begun = Instant.now();
      try (OpenFile open = files.open(blob.path)) {
        Digest digest =
            Digest.of(
                open,
                bytes -> {
                  look.stop().check();
                  look.budget().spend(bytes);
                });
        return new Hashed(blob, begun, Optional.of(digest), "");
      } catch (IOException e) {
        return new Hashed(blob, begun, Optional.empty(), e.toString());
      }
    }

    private void note(Hashed hashed) {
      Needed blob = hashed.blob;
      read++;
      look.progress().advance(1, hashed.digest.map(Digest::size).orElse(0L));
      if (hashed.digest.isEmpty()) {
        unverifiable(blob.path, "It cannot be read: " + hashed.failure);
        return;
      }
      Digest digest = hashed.digest.get();
      if (!digest.sha256().equals(blob.sha256)) {
        report(
            FindingClass.BLOB_MODIFIED,
            Level.CONTENT,
            blob,
            "Its SHA-256 is " + digest.sha256() + ", which is not its name.");
        return;
      }
      if (verified.isEmpty() || hashed.begun.isBefore(firstBegun)) {
        firstBegun = hashed.begun;
      }
      boolean before = look.ledger().find(blob.path).isPresent();
      verified.add(Ledger.ofBlob(blob.path, digest, before ? Seen.BEFORE : Seen.FIRST));
      if (verified.size() >= BETWEEN_NOTES) {
        keep();
      }
    }

    private void keep() {
      look.ledger().record(verified, firstBegun);
      verified.clear();
    }
  }
}
