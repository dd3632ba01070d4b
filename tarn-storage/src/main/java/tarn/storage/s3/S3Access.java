package tarn.storage.s3;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import tarn.storage.Operation;
import tarn.storage.Patience;
import tarn.storage.S3Settings;
import tarn.storage.StoreLocation;
import tarn.storage.internal.Attempt;
import tarn.storage.internal.Futures;
import tarn.storage.internal.KeyRules;
import tarn.storage.internal.Request;
import tarn.storage.internal.Retrying;

/** What everything that asks S3 shares: the client, where it asks, and how it asks again. */
final class S3Access implements AutoCloseable {
  private final StoreLocation.S3 location;
  private final S3Client client;
  private final S3Settings.Checksums checksums;
  private final Retrying retrying;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  S3Access(
      StoreLocation.S3 location,
      S3Client client,
      S3Settings.Checksums checksums,
      Patience patience) {
    this.location = location;
    this.client = client;
    this.checksums = checksums;
    this.retrying = new Retrying("s3", patience, new S3Failures(location.bucket()));
  }

  StoreLocation.S3 location() {
    return location;
  }

  S3Client client() {
    return client;
  }

  String bucket() {
    return location.bucket();
  }

  /**
   * On virtual threads an interruption closes the socket, which is what ends a request that hangs.
   */
  ExecutorService executor() {
    return executor;
  }

  /** The bucket's own key. */
  String full(String key) {
    KeyRules.check(location.prefix(), key, target(key));
    return location.prefix() + key;
  }

  /** The same of a key that is to be written. */
  String fullToWrite(String key) {
    KeyRules.checkToWrite(location.prefix(), key, target(key));
    return location.prefix() + key;
  }

  /** A key of the bucket as this store names it. */
  String relative(String full) {
    return full.substring(location.prefix().length());
  }

  String target(String key) {
    return location.text() + key;
  }

  Request request(Operation operation, String key) {
    return new Request(operation, target(key));
  }

  <T> T call(Request request, Attempt<T> attempt) {
    return retrying.call(request, attempt);
  }

  /**
   * The same on a virtual thread, where the end of the client's patience closes the socket: only so
   * does a request end whose body nobody reads.
   */
  <T> T upload(Request request, Attempt<T> attempt) {
    return Futures.join(request, executor.submit(() -> call(request, attempt)));
  }

  /** What parts of an upload are sent with; null for none, as the client has it. */
  @Nullable ChecksumAlgorithm partChecksum() {
    return switch (checksums) {
      case CRC32 -> ChecksumAlgorithm.CRC32;
      case MD5 -> null;
    };
  }

  /**
   * As requests name it; in listings and heads it is quoted, in this project it is not. A store
   * over files knows none of a file that came another way.
   */
  static String etag(@Nullable String quoted) {
    return quoted == null ? "" : quoted.replace("\"", "");
  }

  static String quoted(String etag) {
    return "\"" + etag + "\"";
  }

  @Override
  public void close() {
    executor.shutdownNow();
    client.close();
  }
}
