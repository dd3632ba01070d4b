package tarn.storage;

import java.net.URI;
import java.util.Optional;

/**
 * How Azure Blob Storage is reached.
 *
 * @param endpoint of the account's blobs, when it is neither in the location nor in the connection
 *     string nor {@code https://ACCOUNT.blob.core.windows.net}
 */
public record AzureSettings(Optional<URI> endpoint, AzureCredentials credentials) {

  /** What the environment, the workload's or the machine's identity gives. */
  public static final AzureSettings DEFAULT =
      new AzureSettings(Optional.empty(), new AzureCredentials.DefaultChain(Optional.empty()));
}
