package tarn.storage.local;

import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;

/** Opens folders as stores. */
public final class LocalStores {
  private LocalStores() {}

  /**
   * @throws TarnException {@code setting.invalid} when this process could not tell names apart that
   *     hold more than ASCII
   */
  public static ObjectStore open(StoreLocation.Folder location) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    if (!encoding.equalsIgnoreCase("UTF-8")
        && !System.getProperty("os.name", "").startsWith("Windows")) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "File names cannot be read faithfully: this process was started with the character set "
              + encoding
              + ".",
          "Set LC_ALL=C.UTF-8 (or another UTF-8 locale) before starting.");
    }
    return new ObservedStore(new LocalStore(location));
  }
}
