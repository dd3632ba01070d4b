package tarn.storage;

import java.nio.file.Path;
import java.util.Optional;

/** Where a store's objects lie; {@link StoreLocations#parse} reads one from a text. */
public sealed interface StoreLocation {

  /** As a person writes it, ending in a slash. */
  String text();

  /** A folder of this machine, absolute and normalised. */
  record Folder(Path path) implements StoreLocation {
    @Override
    public String text() {
      String text = path.toString();
      return text.endsWith("/") ? text : text + "/";
    }
  }

  /**
   * @param prefix of every key: empty, or ending in a slash; as it is, without percent-encoding
   */
  record S3(String bucket, String prefix) implements StoreLocation {
    @Override
    public String text() {
      return "s3://" + bucket + "/" + prefix;
    }
  }

  /**
   * @param account the host of its blobs, such as {@code account.blob.core.windows.net}, when the
   *     location names one
   * @param prefix of every key: empty, or ending in a slash; as it is, without percent-encoding
   * @param scheme as it was written: {@code az} or {@code abfss}
   */
  record Azure(Optional<String> account, String container, String prefix, String scheme)
      implements StoreLocation {
    @Override
    public String text() {
      return switch (scheme) {
        case "abfss" ->
            "abfss://"
                + account.map(host -> container + "@" + dataLakeHost(host)).orElse(container)
                + "/"
                + prefix;
        default -> "az://" + account.map(host -> host + "/").orElse("") + container + "/" + prefix;
      };
    }

    private static String dataLakeHost(String host) {
      return host.replaceFirst("\\.blob\\.", ".dfs.");
    }
  }
}
