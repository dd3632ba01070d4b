package tarn.files;

import java.util.Optional;
import tarn.storage.AzureSettings;
import tarn.storage.NetworkSettings;
import tarn.storage.S3Credentials;
import tarn.storage.S3Settings;
import tarn.storage.Secret;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;

class S3FileStoresTest extends FileStoresContract {
  private final String bucket = VersityGateway.shared().newBucket();

  @Override
  StoreLocation place(String name) {
    return new StoreLocation.S3(bucket, name + "/");
  }

  @Override
  StoreSettings settings() {
    return new StoreSettings(
        new S3Settings(
            Optional.of(VersityGateway.shared().endpoint()),
            Optional.empty(),
            S3Settings.UrlStyle.AUTOMATIC,
            S3Settings.Checksums.CRC32,
            new S3Credentials.Keys(
                S3Emulator.ACCESS_KEY, new Secret(S3Emulator.SECRET_KEY), Optional.empty())),
        AzureSettings.DEFAULT,
        NetworkSettings.DEFAULT);
  }
}
