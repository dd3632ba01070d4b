package tarn.storage.azure;

import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tarn.storage.Operation;
import tarn.storage.Patience;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;
import tarn.storage.internal.Attempt;
import tarn.storage.internal.KeyRules;
import tarn.storage.internal.Request;
import tarn.storage.internal.Retrying;

/** What everything that asks Azure shares: the client, where it asks, and how it asks again. */
final class AzureAccess implements AutoCloseable {
  private final StoreLocation.Azure location;
  private final BlobContainerClient container;
  private final Optional<Secret> signature;
  private final Patience patience;
  private final Retrying retrying;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  AzureAccess(
      StoreLocation.Azure location,
      BlobContainerClient container,
      Optional<Secret> signature,
      Patience patience) {
    this.location = location;
    this.container = container;
    this.signature = signature;
    this.patience = patience;
    this.retrying = new Retrying("azure", patience, new AzureFailures(location.container()));
  }

  StoreLocation.Azure location() {
    return location;
  }

  BlobContainerClient container() {
    return container;
  }

  ExecutorService executor() {
    return executor;
  }

  Duration timeout() {
    return patience.request();
  }

  Context context() {
    return Context.NONE;
  }

  BlobClient blob(String key) {
    return container.getBlobClient(full(key));
  }

  /** A URL of a blob that the service itself may read. */
  String readable(String url) {
    return signature.map(each -> url + (url.contains("?") ? "&" : "?") + each.reveal()).orElse(url);
  }

  /** The container's own name of a key. */
  String full(String key) {
    KeyRules.check(location.prefix(), key, target(key));
    return location.prefix() + key;
  }

  /**
   * The same of a key that is to be written, with what the service would store under another name.
   */
  String fullToWrite(String key) {
    if (key.indexOf('\\') >= 0) {
      throw KeyRules.refused(target(key), "Azure takes a backslash for a slash");
    }
    for (String segment : key.split("/")) {
      if (segment.endsWith(".")) {
        throw KeyRules.refused(target(key), "Azure drops the dot at the end of `" + segment + "`");
      }
    }
    KeyRules.checkToWrite(location.prefix(), key, target(key));
    return location.prefix() + key;
  }

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

  static String etag(String quoted) {
    return quoted.replace("\"", "");
  }

  static String quoted(String etag) {
    return "\"" + etag + "\"";
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
