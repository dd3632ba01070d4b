package tarn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.BlobStore;
import tarn.files.FileLocations;
import tarn.files.FileService;
import tarn.files.Formats;
import tarn.files.ModelService;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.connect.Stores;

/** A station's lake with the store of its files, as long as a command works with them. */
record OpenFiles(
    Lake lake,
    Session session,
    BlobStore store,
    FileService service,
    ModelService models,
    FsckProgress progress)
    implements AutoCloseable {

  static OpenFiles of(Invocation invocation, Access access) {
    Station station = invocation.station();
    Lake lake =
        switch (access) {
          case READ -> invocation.open(station, Access.READ);
          case WRITE -> invocation.create(station);
        };
    try {
      StoreLocation location = FileLocations.beside(station.settings().dataPath());
      makeFolder(location);
      StoreSettings settings = station.settings().store();
      BlobStore store = new BlobStore(Stores.open(location, settings));
      FsckProgress progress = FsckProgress.of(invocation);
      return new OpenFiles(
          lake,
          invocation.session(lake),
          store,
          new FileService(lake, store, settings, Formats.all(), progress),
          new ModelService(lake, store, settings, Formats.all(), progress),
          progress);
    } catch (RuntimeException e) {
      lake.close();
      throw e;
    }
  }

  private static void makeFolder(StoreLocation location) {
    if (location instanceof StoreLocation.Folder(Path folder)) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new TarnException(
            ErrorCode.STORAGE_DENIED,
            "Cannot make the folder of the files, " + folder + ": " + e,
            "Check the rights of the folder above it.",
            e);
      }
    }
  }

  @Override
  public void close() {
    progress.close();
    session.close();
    store.close();
    lake.close();
  }
}
