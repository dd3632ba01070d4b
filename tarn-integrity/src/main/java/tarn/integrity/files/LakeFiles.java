package tarn.integrity.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.connect.Stores;

/**
 * The files of a data path, wherever it is, as long as someone works with them.
 *
 * @param store of objects, when they are no files of this machine
 */
public record LakeFiles(FileStore files, Optional<ObjectStore> store) implements AutoCloseable {

  /**
   * @throws TarnException {@code storage.failed} when a folder cannot be used at all
   */
  public static LakeFiles open(StoreLocation location, StoreSettings settings) {
    return switch (location) {
      case StoreLocation.Folder(Path folder) -> new LakeFiles(inFolder(folder), Optional.empty());
      case StoreLocation.S3 _, StoreLocation.Azure _ -> {
        ObjectStore store = Stores.open(location, settings);
        yield new LakeFiles(new StoreFiles(store, location.text()), Optional.of(store));
      }
    };
  }

  /** What can be seen without a store's settings: nothing, unless the data lie in a folder. */
  public static FileStore of(String dataPath) {
    return dataPath.contains("://") ? new UnreachableFiles(dataPath) : inFolder(Path.of(dataPath));
  }

  private static FileStore inFolder(Path folder) {
    try {
      return new LocalFiles(folder);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "The data path " + folder + " cannot be used: " + e,
          "Make it readable for this user, then try again.",
          e);
    }
  }

  @Override
  public void close() {
    store.ifPresent(ObjectStore::close);
  }
}
