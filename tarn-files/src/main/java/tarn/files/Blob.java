package tarn.files;

/**
 * Some content in the blob store.
 *
 * @param sha256 64 hexadecimal digits, lower case
 * @param size in bytes
 * @param etag of its object
 * @param novelty whether it was there before
 */
public record Blob(String sha256, long size, String etag, Novelty novelty) {

  public enum Novelty {
    /** Its bytes were written. */
    WRITTEN,
    /** The store had them already, and nothing was written. */
    PRESENT
  }
}
