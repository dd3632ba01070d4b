package tarn.files;

import java.io.IOException;
import java.nio.file.Files;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;

class LocalFileStoresTest extends FileStoresContract {
  @Override
  StoreLocation place(String name) throws IOException {
    return new StoreLocation.Folder(Files.createDirectories(folder.resolve(name)));
  }

  @Override
  StoreSettings settings() {
    return StoreSettings.DEFAULT;
  }
}
