package tarn.integrity.write;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.files.LocalFiles;
import tarn.integrity.files.OpenFile;
import tarn.integrity.ledger.Checksum;
import tarn.integrity.ledger.Ledger;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;

/**
 * The files that one transaction writes to some tables, on a local disk. Open it before the
 * transaction begins, call {@link #force} in the transaction as its last step before the commit,
 * and {@link #record} when it is committed.
 *
 * <p>What is recorded then is each file's CRC-32C, which costs next to nothing while the file is
 * still in memory; the next check that reads the file compares it and adds the SHA-256. So the
 * ledger's trust goes back to the write itself.
 */
public final class WrittenFiles {
  private final Lake lake;
  private final Path dataPath;
  private final Instant begun = Instant.now();
  private final List<Path> folders;
  private final Map<String, Checksum> checksums = new HashMap<>();

  private WrittenFiles(Lake lake, Path dataPath, List<Path> folders) {
    this.lake = lake;
    this.dataPath = dataPath;
    this.folders = folders;
  }

  /** Whether a lake's files are such that this class can look after them. */
  public static boolean isFor(Lake lake) {
    return !lake.settings().dataPath().contains("://");
  }

  /** Starts to watch the tables that a transaction is about to write. */
  public static WrittenFiles of(Lake lake, List<TableName> tables) {
    Path dataPath = Path.of(lake.settings().dataPath());
    List<Path> folders = new ArrayList<>();
    try (Session session = lake.catalogSession()) {
      for (TableName table : tables) {
        folders.addAll(folders(session, dataPath, table));
      }
    }
    return new WrittenFiles(lake, dataPath, folders);
  }

  /** Where the table writes, and where one of its name would that is made anew. */
  private static List<Path> folders(Session session, Path dataPath, TableName table) {
    List<Path> folders =
        new ArrayList<>(
            session.query(
                """
                SELECT CASE WHEN NOT t.path_is_relative THEN t.path
                  WHEN NOT s.path_is_relative THEN s.path || t.path ELSE s.path || t.path END
                FROM %1$s.ducklake_table t JOIN %1$s.ducklake_schema s USING (schema_id)
                WHERE s.schema_name = ? AND t.table_name = ?
                  AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL"""
                    .formatted(Lake.METADATA),
                row -> dataPath.resolve(Objects.requireNonNull(row.getString(1))),
                table.schema(),
                table.table()));
    if (folders.isEmpty()) {
      folders.add(dataPath.resolve(table.schema()).resolve(table.table()));
    }
    return folders;
  }

  /**
   * Forces what was written to the disk and takes its checksums.
   *
   * @throws TarnException {@code storage.failed}: the transaction must not be committed
   */
  public void force() {
    try {
      LocalFiles files = new LocalFiles(dataPath);
      List<Path> written = new ArrayList<>();
      for (Path folder : folders) {
        written.addAll(NewFiles.since(folder, begun));
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

  /** Keeps the checksums of the files that became part of the lake. */
  public void record() {
    if (checksums.isEmpty()) {
      return;
    }
    try (Session session = lake.catalogSession()) {
      Ledger ledger = Ledger.open(lake, session, new LocalFiles(dataPath).root());
      ledger.recordWritten(checksums, Instant.now());
    } catch (IOException e) {
      // The next check records them on first sight.
    }
  }
}
