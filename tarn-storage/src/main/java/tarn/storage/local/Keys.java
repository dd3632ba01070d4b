package tarn.storage.local;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import tarn.storage.StoreLocation;
import tarn.storage.internal.KeyRules;

/** Keys as files below the store's folder. */
final class Keys {
  private static final int LONGEST_NAME = 255;

  private final StoreLocation.Folder location;

  Keys(StoreLocation.Folder location) {
    this.location = location;
  }

  /**
   * @throws tarn.base.TarnException {@code storage.key-invalid} when a file cannot have that name
   */
  Path file(String key) {
    String target = location.text() + key;
    KeyRules.check("", key, target);
    Path file = location.path();
    for (String name : key.split("/", -1)) {
      file = file.resolve(checked(name, target));
    }
    if (key.startsWith(Uploads.FOLDER + "/") || key.equals(Uploads.FOLDER)) {
      throw KeyRules.refused(target, "the folder " + Uploads.FOLDER + " holds unfinished writes");
    }
    return file;
  }

  private static Path checked(String name, String target) {
    if (name.isEmpty()) {
      throw KeyRules.refused(target, "a file's name is never empty");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw KeyRules.refused(target, "a file's name has at most " + LONGEST_NAME + " bytes");
    }
    try {
      Path path = Path.of(name);
      // On Windows a backslash is a separator.
      if (path.getNameCount() != 1 || path.isAbsolute() || !path.toString().equals(name)) {
        throw KeyRules.refused(target, "this machine reads `" + name + "` otherwise");
      }
      return path;
    } catch (InvalidPathException e) {
      throw KeyRules.refused(target, "this machine has no files of that name");
    }
  }
}
