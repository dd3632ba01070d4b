package tarn.files;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tarn.files.bytes.ByteSources;
import tarn.storage.ContentHash;
import tarn.storage.ObjectStore;
import tarn.storage.StoredObject;

/** Makes references to objects that stay where they are. */
final class Registrar {
  private final ObjectStore elsewhere;
  private final Formats formats;

  Registrar(ObjectStore elsewhere, Formats formats) {
    this.elsewhere = elsewhere;
    this.formats = formats;
  }

  void each(Digests digests, Consumer<Added> sink) {
    try (Stream<StoredObject> objects = elsewhere.list("")) {
      objects.forEach(object -> sink.accept(added(object, digests)));
    }
  }

  private Added added(StoredObject object, Digests digests) {
    Formats.Outcome outcome = formats.read(object.key(), ByteSources.of(elsewhere, object));
    Optional<String> sha256 =
        switch (digests) {
          case COMPUTE -> Optional.of(ContentHash.of(elsewhere, object).sha256());
          case OMIT -> Optional.empty();
        };
    String mediaType =
        outcome
            .reading()
            .map(each -> each.mediaType())
            .orElseGet(() -> Formats.mediaType(object.key()));
    return new Added(
        object.key(),
        new FileReference(
            elsewhere.location() + object.key(),
            Optional.empty(),
            Optional.empty(),
            object.size(),
            sha256,
            mediaType,
            Optional.of(object.etag()),
            Optional.empty(),
            FileState.EXTERNAL),
        outcome.format(),
        outcome.finding(),
        Optional.of(object.modified()),
        outcome.reading().map(each -> each.rows()).orElseGet(List::of),
        outcome.reading().map(each -> each.remarks()).orElseGet(List::of),
        Blob.Novelty.PRESENT);
  }
}
