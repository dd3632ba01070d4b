package tarn.files;

import java.util.Optional;
import tarn.storage.AzureCredentials;
import tarn.storage.AzureSettings;
import tarn.storage.NetworkSettings;
import tarn.storage.S3Settings;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.testkit.emulator.Azurite;

class AzureFileStoresTest extends FileStoresContract {
  private final String container = Azurite.shared().newContainer();

  @Override
  StoreLocation place(String name) {
    return new StoreLocation.Azure(Optional.empty(), container, name + "/", "az");
  }

  @Override
  StoreSettings settings() {
    return new StoreSettings(
        S3Settings.DEFAULT,
        new AzureSettings(
            Optional.empty(),
            new AzureCredentials.ConnectionString(new Secret(Azurite.shared().connectionString()))),
        NetworkSettings.DEFAULT);
  }
}
