package tarn.storage;

import java.util.Optional;

/** Who asks Azure. */
public sealed interface AzureCredentials {

  /** As the portal shows it; it names the account, and holds a key or a SAS. */
  record ConnectionString(Secret text) implements AzureCredentials {}

  record AccountKey(String account, Secret key) implements AzureCredentials {}

  /**
   * A shared access signature: the query of a signed URL, with or without its question mark.
   *
   * @param account empty when the location or the endpoint says it
   */
  record SharedAccessSignature(Optional<String> account, Secret signature)
      implements AzureCredentials {}

  /**
   * The environment's service principal, the workload's identity, the machine's managed identity,
   * and who is signed in with the {@code az} command, in this order.
   *
   * @param account empty when the location or the endpoint says it
   */
  record DefaultChain(Optional<String> account) implements AzureCredentials {}
}
