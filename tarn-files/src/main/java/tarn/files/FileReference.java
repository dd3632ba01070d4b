package tarn.files;

import java.util.Optional;

/**
 * A value that stands for a file: where its bytes are and what they must be. {@code
 * spec/file-reference.md} says how a table holds it.
 *
 * @param uri of the object that holds the bytes
 * @param offset of the file in that object, when it is not the whole of it
 * @param length as {@code offset}
 * @param size of the file in bytes
 * @param sha256 of the file, 64 hexadecimal digits; empty when nobody has read it
 * @param etag the object's, when the reference was made
 * @param version the object's, where the store keeps versions
 */
public record FileReference(
    String uri,
    Optional<Long> offset,
    Optional<Long> length,
    long size,
    Optional<String> sha256,
    String mediaType,
    Optional<String> etag,
    Optional<String> version,
    FileState state) {
  /** The type of a column that holds references; such columns are found by it. */
  static final String SQL_TYPE =
      "STRUCT(uri VARCHAR, \"offset\" BIGINT, length BIGINT, size BIGINT, sha256 VARCHAR,"
          + " media_type VARCHAR, etag VARCHAR, \"version\" VARCHAR, state VARCHAR)";

  /** One whole blob. */
  static FileReference stored(String uri, Blob blob, String mediaType, FileState state) {
    return new FileReference(
        uri,
        Optional.empty(),
        Optional.empty(),
        blob.size(),
        Optional.of(blob.sha256()),
        mediaType,
        Optional.of(blob.etag()),
        Optional.empty(),
        state);
  }
}
