package tarn.storage;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import java.util.Optional;
import java.util.UUID;
import tarn.storage.connect.Stores;
import tarn.testkit.emulator.Azurite;

/** Azure on this machine: through Microsoft's client alone, and through this project's store. */
final class AzureTests {
  private AzureTests() {}

  /** The SDK without this project around it. */
  static BlobContainerClient bare(String container) {
    return new BlobServiceClientBuilder()
        .connectionString(Azurite.shared().connectionString())
        .httpClient(new JdkHttpClientBuilder().build())
        .buildClient()
        .getBlobContainerClient(container);
  }

  static String newContainer() {
    String container = "test-" + UUID.randomUUID();
    bare(container).create();
    return container;
  }

  static ObjectStore open(String container, String prefix) {
    return open(
        container,
        prefix,
        new AzureCredentials.ConnectionString(new Secret(Azurite.shared().connectionString())),
        NetworkSettings.DEFAULT);
  }

  static ObjectStore open(
      String container, String prefix, AzureCredentials credentials, NetworkSettings network) {
    return Stores.open(
        new StoreLocation.Azure(Optional.empty(), container, prefix, "az"),
        new StoreSettings(
            S3Settings.DEFAULT, new AzureSettings(Optional.empty(), credentials), network));
  }
}
