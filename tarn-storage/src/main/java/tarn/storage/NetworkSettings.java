package tarn.storage;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the network is used on the way to a store.
 *
 * @param certificates a file of PEM certificates that are trusted beside the ones Java knows
 */
public record NetworkSettings(Optional<Path> certificates, ProxySettings proxy, Patience patience) {
  public static final NetworkSettings DEFAULT =
      new NetworkSettings(Optional.empty(), new ProxySettings.FromEnvironment(), Patience.DEFAULT);
}
