package tarn.storage.move;

import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.ContentHash;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.connect.Stores;

/** Copies whole stores, and counts. What was written is read again and compared. */
final class ObjectCopies {
  private static final int SIDE_BY_SIDE = 8;
  private static final Duration BETWEEN_NOTICES = Duration.ofSeconds(10);

  private final Consumer<String> notice;
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong present = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicReference<Instant> noticed = new AtomicReference<>(Instant.now());

  ObjectCopies(Consumer<String> notice) {
    this.notice = notice;
  }

  long files() {
    return files.get();
  }

  long present() {
    return present.get();
  }

  long bytes() {
    return bytes.get();
  }

  void copy(
      StoreLocation from, StoreSettings fromSettings, StoreLocation to, StoreSettings toSettings) {
    makeFolder(to);
    try (ObjectStore source = Stores.open(from, fromSettings);
        ObjectStore target = Stores.open(to, toSettings);
        Stream<StoredObject> objects = source.list("")) {
      objects
          .filter(object -> !object.key().startsWith("_tarn_doctor/"))
          .gather(Gatherers.mapConcurrent(SIDE_BY_SIDE, object -> copy(source, target, object)))
          .forEach(_ -> count());
    }
  }

  private static void makeFolder(StoreLocation location) {
    if (location instanceof StoreLocation.Folder(Path folder)) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new TarnException(
            ErrorCode.STORAGE_DENIED,
            "Cannot make the folder " + folder + ": " + e,
            "Check the rights of the folder above it.",
            e);
      }
    }
  }

  private void count() {
    files.incrementAndGet();
    Instant last = noticed.get();
    Instant now = Instant.now();
    if (now.isAfter(last.plus(BETWEEN_NOTICES)) && noticed.compareAndSet(last, now)) {
      notice.accept("%s files, %s written …".formatted(Human.count(files()), Human.bytes(bytes())));
    }
  }

  private String copy(ObjectStore source, ObjectStore target, StoredObject object) {
    Optional<StoredObject> there = target.head(object.key());
    if (there.isPresent()
        && there.get().size() == object.size()
        && ContentHash.of(target, there.get()).equals(ContentHash.of(source, object))) {
      present.incrementAndGet();
      return object.key();
    }
    MessageDigest digest = newDigest();
    try (ObjectInput content = source.read(object, ByteRange.ALL)) {
      target.write(
          object.key(),
          new DigestInputStream(unclosed(content), digest),
          new WriteCondition.Always());
    }
    String sent = HexFormat.of().formatHex(digest.digest());
    boolean same =
        target
            .head(object.key())
            .map(
                written ->
                    written.size() == object.size()
                        && ContentHash.of(target, written).sha256().equals(sent))
            .orElse(false);
    if (!same) {
      throw new TarnException(
          ErrorCode.STORAGE_CHANGED,
          "%s%s does not read as it was written.".formatted(target.location(), object.key()),
          "Look at the store, then start the copy again.");
    }
    bytes.addAndGet(object.size());
    return object.key();
  }

  private static FilterInputStream unclosed(ObjectInput content) {
    return new FilterInputStream(content) {
      @Override
      public void close() {
        // The one who opened it closes it.
      }
    };
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
