package tarn.integrity.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.integrity.finding.FileKind;
import tarn.integrity.finding.Finding;

/**
 * A file as the catalog describes it.
 *
 * @param sequence its number within one check
 * @param fileId the catalog's number of it; data and delete files share one counter
 * @param path as the engine would open it
 * @param key the canonical form of the path
 * @param format {@code parquet} or {@code puffin}
 * @param rows that it holds, or that it deletes
 * @param began when the snapshot that added it was made, if that is still known
 * @param mapping how its columns are found by name, when it was written by others
 * @param dataFile of a delete file: the data file whose rows it deletes
 */
public record FileRecord(
    long sequence,
    FileKind kind,
    long fileId,
    long tableId,
    Optional<String> schema,
    Optional<String> table,
    String path,
    String key,
    String format,
    long size,
    Optional<Long> footerLength,
    long rows,
    long beginSnapshot,
    Optional<Long> endSnapshot,
    Optional<Instant> began,
    Optional<String> encryptionKey,
    Optional<Long> mapping,
    Optional<DataFile> dataFile) {

  /** The data file that a delete file belongs to. */
  public record DataFile(String name, long rows) {}

  static final String COLUMNS =
      """
      f.sequence, f.kind, f.file_id, f.table_id, f.schema_name, f.table_name, f.path, f.key,
      f.format, f.size, f.footer_length, f.row_count, f.begin_snapshot, f.end_snapshot, f.began,
      f.encryption_key, f.mapping_id, f.data_file_path, f.data_file_rows""";

  static FileRecord read(ResultSet row) throws SQLException {
    String dataFile = row.getString(18);
    OffsetDateTime began = row.getObject(15, OffsetDateTime.class);
    return new FileRecord(
        row.getLong(1),
        FileKind.numbered(row.getInt(2)),
        row.getLong(3),
        row.getLong(4),
        Optional.ofNullable(row.getString(5)),
        Optional.ofNullable(row.getString(6)),
        Objects.requireNonNull(row.getString(7)),
        Objects.requireNonNull(row.getString(8)),
        Objects.requireNonNullElse(row.getString(9), "parquet"),
        row.getLong(10),
        number(row, 11),
        row.getLong(12),
        row.getLong(13),
        number(row, 14),
        Optional.ofNullable(began).map(OffsetDateTime::toInstant),
        Optional.ofNullable(row.getString(16)),
        number(row, 17),
        dataFile == null
            ? Optional.empty()
            : Optional.of(new DataFile(name(dataFile), row.getLong(19))));
  }

  private static Optional<Long> number(ResultSet row, int column) throws SQLException {
    @Nullable Object value = row.getObject(column);
    return value instanceof Number number ? Optional.of(number.longValue()) : Optional.empty();
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The key of an encrypted file, in bytes. */
  public Optional<byte[]> secret() {
    return encryptionKey.filter(text -> !text.isEmpty()).map(Base64.getDecoder()::decode);
  }

  /** The same as it would be at another path. */
  public FileRecord at(String otherPath) {
    return new FileRecord(
        sequence,
        kind,
        fileId,
        tableId,
        schema,
        table,
        otherPath,
        key,
        format,
        size,
        footerLength,
        rows,
        beginSnapshot,
        endSnapshot,
        began,
        encryptionKey,
        mapping,
        dataFile);
  }

  public boolean isDelete() {
    return kind == FileKind.DELETE;
  }

  /** What a finding says of whom it concerns; the partition is filled in later. */
  public Finding.Affected affected() {
    boolean given = kind == FileKind.PENDING;
    return new Finding.Affected(
        schema,
        table,
        Optional.of(kind),
        Optional.empty(),
        given ? Optional.empty() : Optional.of(beginSnapshot),
        endSnapshot,
        given ? Optional.empty() : Optional.of(rows),
        given ? Optional.empty() : Optional.of(size));
  }
}
