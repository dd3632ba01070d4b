package tarn.storage.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.identity.AzureCliCredentialBuilder;
import com.azure.identity.ChainedTokenCredentialBuilder;
import com.azure.identity.EnvironmentCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import java.util.Optional;

/**
 * Who this process is to Azure, without a secret in the settings. Azure's own default chain also
 * asks development tools and keychains through native code, which a server has not.
 */
final class Identities {
  private Identities() {}

  static TokenCredential chain(HttpClient http) {
    ChainedTokenCredentialBuilder chain = new ChainedTokenCredentialBuilder();
    chain.addLast(new EnvironmentCredentialBuilder().httpClient(http).build());
    if (System.getenv("AZURE_FEDERATED_TOKEN_FILE") != null) {
      chain.addLast(new WorkloadIdentityCredentialBuilder().httpClient(http).build());
    }
    ManagedIdentityCredentialBuilder managed =
        new ManagedIdentityCredentialBuilder().httpClient(http);
    // One of several identities that a machine may have.
    Optional.ofNullable(System.getenv("AZURE_CLIENT_ID")).ifPresent(managed::clientId);
    chain.addLast(managed.build());
    chain.addLast(new AzureCliCredentialBuilder().build());
    return chain.build();
  }
}
