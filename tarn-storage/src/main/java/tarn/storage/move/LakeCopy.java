package tarn.storage.move;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.CatalogCopy;
import tarn.lake.Lake;
import tarn.lake.LakeSettings;
import tarn.lake.extension.ExtensionStore;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.connect.Stores;

/**
 * Copies a lake with its history to another place: first every object, each compared by its hash,
 * then the catalog in one transaction. Until that the new lake is empty, so a copy that was
 * interrupted is taken up again by starting it again.
 */
public final class LakeCopy {
  private static final int ROUNDS = 5;

  private final ExtensionStore extensions;
  private final Consumer<String> notice;

  /**
   * @param notice takes lines for a person
   */
  public LakeCopy(ExtensionStore extensions, Consumer<String> notice) {
    this.extensions = extensions;
    this.notice = notice;
  }

  /**
   * A lake, and how what belongs to it is reached as objects.
   *
   * @param data the place of its tables' files
   * @param files the place of the files that its tables refer to, when there is one
   */
  public record Place(
      LakeSettings lake,
      StoreLocation data,
      Optional<StoreLocation> files,
      StoreSettings settings) {}

  /**
   * What was copied.
   *
   * @param files how many objects the new lake has
   * @param present how many of them were there already, with the same content
   * @param bytes that were written
   * @param snapshot the newest one
   */
  public record Copied(long files, long present, long bytes, long snapshot) {}

  /**
   * @throws TarnException {@code catalog.invalid} when the lake cannot be copied or the other one
   *     is not empty; {@code storage.changed} when the data are not the same after all
   */
  public Copied copy(Place from, Place to) {
    Lake.create(to.lake(), extensions).close();
    try (CatalogCopy catalog = CatalogCopy.open(from.lake(), to.lake(), extensions)) {
      List<String> foreign = catalog.foreignPaths();
      if (!foreign.isEmpty()) {
        throw new TarnException(
            ErrorCode.CATALOG_INVALID,
            "The lake refers to files outside of its data: " + String.join(", ", foreign),
            "Write the tables that they belong to anew, and expire the snapshots that still need"
                + " them (`tarn maintain --keep`); then copy the lake.");
      }
      for (int round = 1; round <= ROUNDS; round++) {
        long snapshot = catalog.newestSnapshot();
        Copied copied = copyObjects(from, to, snapshot);
        switch (catalog.copy(snapshot)) {
          case COPIED -> {
            return copied;
          }
          case CHANGED -> notice.accept("The lake was written to meanwhile; copying what is new …");
        }
      }
      throw new TarnException(
          ErrorCode.CATALOG_CONFLICT,
          "The lake is written to so often that no copy could be finished.",
          "Copy it while nothing writes to it; what is there already is kept.");
    }
  }

  private Copied copyObjects(Place from, Place to, long snapshot) {
    ObjectCopies copies = new ObjectCopies(notice);
    copies.copy(from.data(), from.settings(), to.data(), to.settings());
    if (from.files().isPresent() && hasObjects(from.files().get(), from.settings())) {
      StoreLocation target =
          to.files()
              .orElseThrow(
                  () ->
                      new TarnException(
                          ErrorCode.SETTING_INVALID,
                          "There is no place for files beside the data in "
                              + to.data().text()
                              + ".",
                          "Let `data_path` have a prefix in its bucket, such as"
                              + " s3://bucket/lake/data/."));
      copies.copy(from.files().get(), from.settings(), target, to.settings());
    }
    return new Copied(copies.files(), copies.present(), copies.bytes(), snapshot);
  }

  private static boolean hasObjects(StoreLocation location, StoreSettings settings) {
    try (ObjectStore store = Stores.open(location, settings);
        var objects = store.list("")) {
      return objects.findAny().isPresent();
    } catch (TarnException e) {
      if (e.code() == ErrorCode.STORAGE_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
