package tarn.lake;

/**
 * All that opening a lake needs.
 *
 * @param dataPath folder or URL prefix of the data files, absolute and ending in a slash
 */
public record LakeSettings(CatalogLocation catalog, String dataPath, EngineSettings engine) {}
