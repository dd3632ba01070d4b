package tarn.storage;

import java.net.URI;
import java.util.Optional;

/**
 * How S3, or a store that speaks its protocol, is reached.
 *
 * @param endpoint such as {@code https://minio.hospital.example:9000}; empty for AWS itself
 * @param region empty for what the environment and the profile say; a store with an endpoint of its
 *     own needs none
 * @param checksums by which damage on the way to the store is found
 */
public record S3Settings(
    Optional<URI> endpoint,
    Optional<String> region,
    UrlStyle urlStyle,
    Checksums checksums,
    S3Credentials credentials) {

  /** AWS itself, with what the environment, the profile or the machine's role gives. */
  public static final S3Settings DEFAULT =
      new S3Settings(
          Optional.empty(),
          Optional.empty(),
          UrlStyle.AUTOMATIC,
          Checksums.CRC32,
          new S3Credentials.DefaultChain(Optional.empty()));

  /** What is sent along with content. */
  public enum Checksums {
    /** What AWS wants since 2025; the store keeps it with the object. */
    CRC32,
    /**
     * For stores that know no newer ones and answer {@code MissingContentMD5} or {@code
     * NotImplemented}.
     */
    MD5
  }

  /** Where the bucket's name stands. */
  public enum UrlStyle {
    /** In the path when there is an endpoint, else as AWS wants it. */
    AUTOMATIC,
    /** {@code https://host/bucket/key}. */
    PATH,
    /** {@code https://bucket.host/key}. */
    VIRTUAL_HOST
  }
}
