package tarn.storage.connect;

import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.azure.AzureStores;
import tarn.storage.local.LocalStores;
import tarn.storage.s3.S3Stores;

/** Opens stores of every kind. */
public final class Stores {
  private Stores() {}

  /**
   * Asks nothing of the store yet: wrong credentials and missing buckets show with the first
   * request.
   *
   * @throws tarn.base.TarnException {@code setting.invalid} when the settings do not fit together
   */
  public static ObjectStore open(StoreLocation location, StoreSettings settings) {
    return switch (location) {
      case StoreLocation.Folder folder -> LocalStores.open(folder);
      case StoreLocation.S3 s3 -> S3Stores.open(s3, settings.s3(), settings.network());
      case StoreLocation.Azure azure ->
          AzureStores.open(azure, settings.azure(), settings.network());
    };
  }
}
