package tarn.files;

import java.nio.file.Path;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.StoreLocation;
import tarn.storage.StoreLocations;

/** Where a lake's blobs lie. */
public final class FileLocations {
  private FileLocations() {}

  /** The same, or nothing when nothing can lie beside the data. */
  static Optional<StoreLocation> possible(String dataPath) {
    try {
      return Optional.of(beside(dataPath));
    } catch (TarnException e) {
      if (e.code() == ErrorCode.SETTING_INVALID) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Beside the lake's data: {@code files/} in the folder or prefix that holds them.
   *
   * @param dataPath absolute, ending in a slash
   * @throws TarnException {@code setting.invalid} when nothing can lie beside it
   */
  public static StoreLocation beside(String dataPath) {
    int slash = dataPath.lastIndexOf('/', dataPath.length() - 2);
    String above = dataPath.substring(0, slash + 1);
    if (above.isEmpty() || above.endsWith("//")) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "There is no place for files beside the data path " + dataPath + ".",
          "Let `data_path` have a prefix in its bucket, such as s3://bucket/lake/data/.");
    }
    return StoreLocations.parse(above + "files/", Path.of("/"));
  }
}
