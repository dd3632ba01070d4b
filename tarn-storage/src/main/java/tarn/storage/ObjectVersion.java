package tarn.storage;

import java.time.Instant;

/**
 * A content that an object has or had, or the mark that it was removed.
 *
 * @param version as the store names it
 */
public record ObjectVersion(
    String key, String version, long size, Instant modified, String etag, Standing standing) {

  /** What this version is to its object. */
  public enum Standing {
    LATEST,
    SUPERSEDED,
    /** A mark of S3's without content: from here on the object is gone. */
    REMOVAL,
    /**
     * Removed content that Azure keeps for some days; it must be undeleted before it can be read.
     */
    SOFT_DELETED
  }
}
