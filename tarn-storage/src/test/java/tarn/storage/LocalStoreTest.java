package tarn.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import tarn.storage.connect.Stores;

class LocalStoreTest extends ObjectStoreContract {
  @TempDir Path folder;

  @Override
  ObjectStore open() {
    return Stores.open(new StoreLocation.Folder(folder), StoreSettings.DEFAULT);
  }

  @Override
  ObjectStore openMissing() {
    return Stores.open(
        new StoreLocation.Folder(folder.resolve("not-mounted")), StoreSettings.DEFAULT);
  }

  /** The files that a process leaves which is killed in the middle. */
  @Override
  void beginUpload(String key) {
    try {
      Path uploads = Files.createDirectories(folder.resolve(".tarn-uploads"));
      String id = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
      Files.writeString(uploads.resolve(id + ".key"), key);
      Files.write(uploads.resolve(id + ".part"), new byte[100]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  List<String> refusedKeys() {
    return List.of(
        OddKeys.DOUBLE_SLASH, OddKeys.LEADING_SLASH, OddKeys.TRAILING_SLASH, OddKeys.LONG_NAME);
  }
}
