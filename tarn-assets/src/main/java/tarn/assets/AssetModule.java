package tarn.assets;

import java.util.List;

/**
 * The assets of a plugin: its methods with {@link Asset}, and the {@link JavaAsset}s that it names.
 *
 * <p>A plugin is a jar in the station's folder {@code plugins} that names its modules in {@code
 * META-INF/services/tarn.assets.AssetModule}. A module is a public class with a public constructor
 * without parameters. It is made whenever the station's assets are listed, so the constructor
 * should do nothing.
 */
public interface AssetModule {

  /** Assets in the form of objects. */
  default List<JavaAsset> assets() {
    return List.of();
  }
}
