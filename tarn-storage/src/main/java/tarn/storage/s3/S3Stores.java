package tarn.storage.s3;

import tarn.storage.NetworkSettings;
import tarn.storage.ObjectStore;
import tarn.storage.S3Settings;
import tarn.storage.StoreLocation;

/** Opens prefixes of buckets as stores. */
public final class S3Stores {
  private S3Stores() {}

  /**
   * Asks nothing of the store yet, so that wrong credentials show with the first request.
   *
   * @throws tarn.base.TarnException {@code setting.invalid} when no client can be made of the
   *     settings
   */
  public static ObjectStore open(
      StoreLocation.S3 location, S3Settings settings, NetworkSettings network) {
    return new S3Store(
        new S3Access(
            location, Clients.create(settings, network), settings.checksums(), network.patience()));
  }
}
