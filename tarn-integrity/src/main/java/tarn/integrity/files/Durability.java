package tarn.integrity.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Forces files to the disk. The engine forces its catalog and never its data files: after a power
 * cut, a committed file may be empty.
 */
public final class Durability {
  private Durability() {}

  /**
   * Forces files, and the folders that name them up to and with {@code root}.
   *
   * @throws TarnException {@code storage.failed}: the disk did not take them
   */
  public static void force(List<Path> files, Path root) {
    Set<Path> folders = new LinkedHashSet<>();
    try {
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        for (Path folder = file.getParent();
            folder != null && folder.startsWith(root) && folders.add(folder);
            folder = folder.getParent()) {
          // Collected; each is forced once.
        }
      }
      for (Path folder : folders) {
        forceFolder(folder);
      }
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "The disk below " + root + " did not take what was written: " + e,
          "Look at the disk; nothing was committed.",
          Effect.SAFE_TO_CLEAN_UP,
          e);
    }
  }

  /** Windows has no way to do so, and no need. */
  private static void forceFolder(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
