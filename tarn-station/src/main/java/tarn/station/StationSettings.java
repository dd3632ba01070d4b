package tarn.station;

import tarn.lake.CatalogLocation;
import tarn.lake.EngineSettings;
import tarn.lake.LakeSettings;

/**
 * What station.toml and the environment say together.
 *
 * @param dataPath a folder or a URL prefix, absolute and ending in a slash
 * @param parallelism how many assets may be materialized at the same time, at least 1
 */
public record StationSettings(
    String name,
    CatalogLocation catalog,
    String dataPath,
    EngineSettings engine,
    int parallelism,
    ServeSettings serve) {

  /** What opening this station's lake needs. */
  public LakeSettings lake() {
    return new LakeSettings(catalog, dataPath, engine);
  }
}
