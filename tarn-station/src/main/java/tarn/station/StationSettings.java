package tarn.station;

import java.nio.file.Path;
import tarn.lake.CatalogLocation;
import tarn.lake.DataAccess;
import tarn.lake.EngineSettings;
import tarn.lake.LakeSettings;
import tarn.storage.StoreLocation;
import tarn.storage.StoreLocations;
import tarn.storage.StoreSettings;
import tarn.storage.connect.EngineAccess;

/**
 * What station.toml and the environment say together.
 *
 * @param dataPath a folder or a URL prefix, absolute and ending in a slash
 * @param store how the store of the data path is reached; it holds credentials
 * @param parallelism how many assets may be materialized at the same time, at least 1
 */
public record StationSettings(
    String name,
    CatalogLocation catalog,
    String dataPath,
    StoreSettings store,
    EngineSettings engine,
    int parallelism,
    ServeSettings serve,
    IntegritySettings integrity) {

  /** What opening this station's lake needs. */
  public LakeSettings lake() {
    return new LakeSettings(catalog, dataPath, engine, access());
  }

  /** Where the data lie, for whoever looks at them as objects. */
  public StoreLocation location() {
    return StoreLocations.parse(dataPath, Path.of(""));
  }

  private DataAccess access() {
    // Spares a local station the cloud's libraries.
    return dataPath.contains("://") ? EngineAccess.of(location(), store) : DataAccess.local();
  }
}
