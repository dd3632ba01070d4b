package tarn.storage.azure;

import java.util.Optional;
import tarn.storage.AzureSettings;
import tarn.storage.NetworkSettings;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;

/** Opens prefixes of containers as stores. */
public final class AzureStores {
  private AzureStores() {}

  /**
   * The URL of the account's blobs.
   *
   * @throws tarn.base.TarnException {@code setting.invalid} when nothing names the account, or two
   *     name different ones
   */
  public static String endpoint(
      StoreLocation.Azure location, AzureSettings settings, Optional<String> account) {
    return Accounts.endpoint(location, settings, account);
  }

  /**
   * Asks nothing of the store yet, so that wrong credentials show with the first request.
   *
   * @throws tarn.base.TarnException {@code setting.invalid} when no client can be made of the
   *     settings
   */
  public static ObjectStore open(
      StoreLocation.Azure location, AzureSettings settings, NetworkSettings network) {
    return new AzureStore(
        new AzureAccess(
            location,
            Containers.open(location, settings, network),
            Accounts.signature(settings.credentials()),
            network.patience()));
  }
}
