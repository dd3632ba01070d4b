package tarn.lake;

/**
 * All that opening a lake needs.
 *
 * @param dataPath folder or URL prefix of the data files, absolute and ending in a slash
 * @param access how the engine gets at them
 */
public record LakeSettings(
    CatalogLocation catalog, String dataPath, EngineSettings engine, DataAccess access) {

  /** Of data in a folder. */
  public LakeSettings(CatalogLocation catalog, String dataPath, EngineSettings engine) {
    this(catalog, dataPath, engine, DataAccess.local());
  }
}
