package tarn.storage.azure;

import com.azure.core.credential.AzureSasCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.ProxyOptions;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Configuration;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.AzureCredentials;
import tarn.storage.AzureSettings;
import tarn.storage.NetworkSettings;
import tarn.storage.Patience;
import tarn.storage.ProxySettings;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;
import tarn.storage.internal.Certificates;

/** Makes Azure's client of the settings. */
final class Containers {
  private Containers() {}

  static BlobContainerClient open(
      StoreLocation.Azure location, AzureSettings settings, NetworkSettings network) {
    HttpClient http = http(network);
    BlobServiceClientBuilder builder =
        new BlobServiceClientBuilder().httpClient(http).retryOptions(once(network.patience()));
    try {
      switch (settings.credentials()) {
        case AzureCredentials.ConnectionString(Secret text) -> {
          builder.connectionString(text.reveal());
          settings.endpoint().ifPresent(each -> builder.endpoint(each.toString()));
        }
        case AzureCredentials.AccountKey(String account, Secret key) ->
            builder
                .endpoint(Accounts.endpoint(location, settings, Optional.of(account)))
                .credential(new StorageSharedKeyCredential(account, key.reveal()));
        case AzureCredentials.SharedAccessSignature(Optional<String> account, Secret signature) ->
            builder
                .endpoint(Accounts.endpoint(location, settings, account))
                .credential(new AzureSasCredential(Accounts.query(signature)));
        case AzureCredentials.DefaultChain(Optional<String> account) ->
            builder
                .endpoint(Accounts.endpoint(location, settings, account))
                .credential(Identities.chain(http));
      }
      return builder.buildClient().getBlobContainerClient(location.container());
    } catch (IllegalArgumentException e) {
      // Its message may hold the connection string.
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "The connection string or the key of the Azure storage account cannot be read.",
          "Copy it again from the portal, whole.");
    }
  }

  private static RequestRetryOptions once(Patience patience) {
    // One attempt has no pauses, but their lengths must be positive.
    Duration pause = Duration.ofMillis(1);
    return new RequestRetryOptions(
        RetryPolicyType.FIXED, 1, patience.request(), pause, pause, null);
  }

  private static HttpClient http(NetworkSettings network) {
    java.net.http.HttpClient.Builder plain =
        java.net.http.HttpClient.newBuilder()
            .version(java.net.http.HttpClient.Version.HTTP_1_1)
            .connectTimeout(network.patience().connect());
    Certificates.trusting(network.certificates())
        .ifPresent(trusted -> plain.sslContext(Certificates.context(trusted)));
    Duration silence = network.patience().silence();
    JdkHttpClientBuilder builder =
        new JdkHttpClientBuilder(plain)
            .connectionTimeout(network.patience().connect())
            .responseTimeout(silence)
            .readTimeout(silence)
            .writeTimeout(silence);
    switch (network.proxy()) {
      case ProxySettings.FromEnvironment() -> {}
      case ProxySettings.None() -> builder.configuration(Configuration.NONE);
      case ProxySettings.Through through -> builder.proxy(proxy(through));
    }
    return builder.build();
  }

  private static ProxyOptions proxy(ProxySettings.Through through) {
    ProxyOptions options =
        new ProxyOptions(
            ProxyOptions.Type.HTTP,
            InetSocketAddress.createUnresolved(through.host(), through.port()));
    through.user().ifPresent(user -> options.setCredentials(user.name(), user.password().reveal()));
    if (!through.bypass().isEmpty()) {
      options.setNonProxyHosts(String.join("|", through.bypass()));
    }
    return options;
  }
}
