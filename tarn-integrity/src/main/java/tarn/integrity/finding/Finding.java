package tarn.integrity.finding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One thing that is wrong.
 *
 * @param subject what it is about: a file's path, or the name of something in the catalog
 * @param path the file, when it is about one, in its canonical form
 * @param level the level that found it
 * @param detail what was expected and what is there, one sentence or two
 */
public record Finding(
    FindingClass type,
    Severity severity,
    Level level,
    String subject,
    Optional<String> path,
    Optional<Affected> affected,
    String detail,
    String remedy) {

  /**
   * Whom it concerns.
   *
   * @param schema as the catalog has it
   * @param kind what the file is to the catalog; empty when no file is concerned
   * @param partition such as {@code year=2026}, when the table is partitioned
   * @param beginSnapshot the first snapshot that needs the file
   * @param endSnapshot the first snapshot that no longer does; empty for a file that is live
   * @param rows that the file holds or deletes, by the catalog
   * @param bytes by the catalog, or those on disk when the catalog does not know the file
   */
  public record Affected(
      Optional<String> schema,
      Optional<String> table,
      Optional<FileKind> kind,
      Optional<String> partition,
      Optional<Long> beginSnapshot,
      Optional<Long> endSnapshot,
      Optional<Long> rows,
      Optional<Long> bytes) {

    public static Affected table(String schema, String table) {
      return new Affected(
          Optional.of(schema),
          Optional.of(table),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    public Affected in(Optional<String> otherPartition) {
      return new Affected(
          schema, table, kind, otherPartition, beginSnapshot, endSnapshot, rows, bytes);
    }
  }

  /** One about something in the catalog. */
  public static Finding ofCatalog(
      FindingClass type, String subject, Optional<Affected> affected, String detail) {
    return new Finding(
        type,
        type.severity(),
        Level.CATALOG,
        subject,
        Optional.empty(),
        affected,
        detail,
        type.remedy());
  }

  /** One about a file. */
  public static Finding ofFile(
      FindingClass type, Level level, String path, Optional<Affected> affected, String detail) {
    return new Finding(
        type, type.severity(), level, path, Optional.of(path), affected, detail, type.remedy());
  }

  public Finding withAffected(Affected other) {
    return new Finding(type, severity, level, subject, path, Optional.of(other), detail, remedy);
  }

  /** {@code schema.table}, when a table is concerned. */
  public Optional<String> table() {
    return affected
        .filter(each -> each.table().isPresent())
        .map(each -> each.schema().map(schema -> schema + ".").orElse("") + each.table().get());
  }

  /** The same for the same finding in every run: 16 hexadecimal digits. */
  public String id() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  (type.code() + "\0" + subject + "\0" + table().orElse(""))
                      .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
