package tarn.storage.azure;

import tarn.storage.AzureSettings;
import tarn.storage.NetworkSettings;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;

/** Opens prefixes of containers as stores. */
public final class AzureStores {
  private AzureStores() {}

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
