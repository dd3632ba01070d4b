package tarn.integrity.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * What the ledger knows of a file.
 *
 * @param sha256 empty for a file that was only given its CRC when it was written
 * @param verified when its bytes were last compared with the digest
 */
public record LedgerEntry(
    long size,
    Optional<String> sha256,
    Optional<String> crc32c,
    Trust trust,
    Instant recorded,
    Optional<Instant> verified) {

  /** Where a digest comes from. */
  public enum Trust {
    /** Taken when the file was written: the bytes are those that the engine wrote. */
    WRITE("write"),
    /** Taken when a check met the file first: the bytes are those of that day. */
    FIRST_SIGHT("first-sight");

    private final String text;

    Trust(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    static Trust of(String text) {
      return text.equals(WRITE.text) ? WRITE : FIRST_SIGHT;
    }
  }

  /** Whether a file has the bytes that were recorded. */
  public boolean matches(Digest digest) {
    return size == digest.size()
        && sha256.map(digest.sha256()::equals).orElse(true)
        && crc32c.map(digest.crc32c()::equals).orElse(true);
  }
}
