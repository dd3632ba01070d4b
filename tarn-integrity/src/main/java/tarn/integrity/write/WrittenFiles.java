package tarn.integrity.write;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.files.Durability;
import tarn.integrity.files.LocalFiles;
import tarn.integrity.files.OpenFile;
import tarn.integrity.ledger.Checksum;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;

/**
 * The files that one transaction writes to some tables. Open it before the transaction begins, call
 * {@link #force} in the transaction as its last step before the commit, and {@link #record} when it
 * is committed. On an object store there is nothing to do: what it has acknowledged is durable, and
 * the first check records it.
 *
 * <p>What is recorded then is each file's CRC-32C, which costs next to nothing while the file is
 * still in memory; the next check that reads the file compares it and adds the SHA-256. So the
 * ledger's trust goes back to the write itself.
 */
public final class WrittenFiles {
  private final Lake lake;
  private final Instant begun = Instant.now();
  private final List<List<Path>> places;
  private final Map<String, Checksum> checksums = new HashMap<>();

  /**
   * @param places for each table, where its new files may be, the likeliest first
   */
  private WrittenFiles(Lake lake, List<List<Path>> places) {
    this.lake = lake;
    this.places = places;
  }

  /** Starts to watch the tables that a transaction is about to write. */
  public static WrittenFiles of(Lake lake, Collection<TableName> tables) {
    List<List<Path>> places = new ArrayList<>();
    if (!lake.settings().dataPath().contains("://")) {
      try (Session session = lake.catalogSession()) {
        for (TableName table : tables) {
          places.add(places(session, dataPath(lake), table));
        }
      }
    }
    return new WrittenFiles(lake, places);
  }

  private static Path dataPath(Lake lake) {
    return Path.of(lake.settings().dataPath());
  }

  /**
   * A table has one folder for good. One that is about to be made gets one of its own name, or of a
   * name that DuckLake makes up.
   */
  private static List<Path> places(Session session, Path dataPath, TableName table) {
    Path schema = dataPath.resolve(table.schema());
    return session
        .queryFirst(
            """
            SELECT CASE WHEN NOT t.path_is_relative THEN t.path ELSE s.path || t.path END
            FROM %1$s.ducklake_table t JOIN %1$s.ducklake_schema s USING (schema_id)
            WHERE s.schema_name = ? AND t.table_name = ?
              AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL"""
                .formatted(Lake.METADATA),
            row -> List.of(dataPath.resolve(Objects.requireNonNull(row.getString(1)))),
            table.schema(),
            table.table())
        .orElseGet(() -> List.of(schema.resolve(table.table()), schema, dataPath));
  }

  /**
   * Forces what was written to the disk and takes its checksums.
   *
   * @throws TarnException {@code storage.failed}: the transaction must not be committed
   */
  public void force() {
    if (places.isEmpty()) {
      return;
    }
    Path dataPath = dataPath(lake);
    try {
      LocalFiles files = new LocalFiles(dataPath);
      List<Path> written = new ArrayList<>();
      for (List<Path> ofTable : places) {
        written.addAll(newFiles(ofTable));
      }
      for (Path file : written) {
        try (OpenFile open = files.open(file.toString())) {
          checksums.put(files.canonical(file.toString()), Checksum.of(open));
        }
      }
      Durability.force(written, dataPath);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "What was just written below " + dataPath + " cannot be read again: " + e,
          "Look at the disk; nothing was committed.",
          Effect.SAFE_TO_CLEAN_UP,
          e);
    }
  }

  private List<Path> newFiles(List<Path> ofTable) throws IOException {
    for (Path place : ofTable) {
      List<Path> found = NewFiles.since(place, begun);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /** Keeps the checksums of the files that became part of the lake. */
  public void record() {
    if (checksums.isEmpty()) {
      return;
    }
    try (Session session = lake.catalogSession()) {
      Ledger ledger = Ledger.open(lake, session, new LocalFiles(dataPath(lake)).root());
      ledger.recordWritten(checksums, Instant.now());
    } catch (IOException | TarnException e) {
      // What was written is committed, whatever becomes of its record; the next check that meets
      // the files makes one.
    }
  }
}
