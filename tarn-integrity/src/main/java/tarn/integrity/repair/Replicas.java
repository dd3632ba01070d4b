package tarn.integrity.repair;

import java.io.IOException;
import java.nio.file.Path;
import tarn.integrity.files.FileStore;
import tarn.integrity.files.LocalFiles;

/** Opens places that hold copies of a data path's files. */
@FunctionalInterface
public interface Replicas {

  /** Folders of this machine alone. */
  Replicas FOLDERS =
      folder -> {
        if (folder.contains("://")) {
          throw new IOException("this program cannot look into " + folder);
        }
        return new LocalFiles(Path.of(folder));
      };

  /**
   * @param folder a folder, or a URL prefix with or without a slash at its end
   */
  FileStore at(String folder) throws IOException;
}
