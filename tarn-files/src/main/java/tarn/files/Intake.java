package tarn.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.bytes.ByteSource;
import tarn.files.bytes.ByteSources;
import tarn.files.format.Reading;

/** Brings one file's bytes into the store and reads its header. */
final class Intake {
  private final BlobStore store;
  private final Formats formats;
  private final LongPredicate probable;

  /**
   * @param probable whether content of a size may be in the store already
   */
  Intake(BlobStore store, Formats formats, LongPredicate probable) {
    this.store = store;
    this.formats = formats;
    this.probable = probable;
  }

  Added take(Item item) {
    return switch (item.content()) {
      case Item.Content.InMemory(byte[] bytes) -> small(item, bytes);
      case Item.Content.Stored(Blob blob) ->
          added(item, blob, formats.read(item.path(), source(blob)));
      case Item.Content.OnDisk(Path file) -> onDisk(item, file);
    };
  }

  private Added small(Item item, byte[] bytes) {
    Formats.Outcome outcome = formats.read(item.path(), ByteSources.of(bytes));
    return added(item, store.put(bytes), outcome);
  }

  private Added onDisk(Item item, Path file) {
    try {
      if (Files.size(file) <= BlobStore.SMALL) {
        return small(item, Files.readAllBytes(file));
      }
      try (FileChannel channel = FileChannel.open(file)) {
        Formats.Outcome outcome = formats.read(item.path(), ByteSources.of(channel));
        return added(item, store.put(file, probable), outcome);
      }
    } catch (IOException e) {
      throw BlobStore.unreadable(file.toString(), e);
    }
  }

  private ByteSource source(Blob blob) {
    String key = BlobKeys.of(blob.sha256());
    return ByteSources.of(
        store.store(),
        store
            .head(key)
            .orElseThrow(
                () ->
                    new TarnException(
                        ErrorCode.FILE_DAMAGED,
                        store.location() + key + " is gone.",
                        "Find out what removes objects there, then try again.")));
  }

  private Added added(Item item, Blob blob, Formats.Outcome outcome) {
    FileState state = outcome.finding().isPresent() ? FileState.UNREADABLE : FileState.STORED;
    String mediaType =
        outcome.reading().map(Reading::mediaType).orElseGet(() -> Formats.mediaType(item.path()));
    return new Added(
        item.path(),
        FileReference.stored(store.uri(blob), blob, mediaType, state),
        outcome.format(),
        outcome.finding(),
        item.modified(),
        outcome.reading().map(Reading::rows).orElseGet(List::of),
        outcome.reading().map(Reading::remarks).orElseGet(List::of),
        blob.novelty());
  }
}
