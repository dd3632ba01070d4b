package tarn.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.files.bytes.ByteSources;
import tarn.files.tensor.SafetensorsReader;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.StoredObject;
import tarn.storage.connect.Stores;
import tarn.testkit.ScratchLake;

/** What files by reference promise, wherever their bytes lie. */
abstract class FileStoresContract {
  private static final TableName SCANS = new TableName("imaging", "scans");
  private static final int LARGE = 3 * BlobStore.SMALL + 4711;

  @TempDir Path folder;
  private ScratchLake scratch;
  private StoreSettings settings;
  private BlobStore store;
  private FileService files;
  private Session session;

  abstract StoreLocation place(String name) throws IOException;

  abstract StoreSettings settings();

  @BeforeEach
  void open() throws IOException {
    scratch = ScratchLake.in(folder);
    settings = settings();
    store = new BlobStore(Stores.open(place("files"), settings));
    files = new FileService(scratch.lake(), store, settings, Formats.all(), Progress.NONE);
    session = scratch.lake().session();
  }

  @AfterEach
  void close() {
    session.close();
    store.close();
    scratch.close();
  }

  private AddResult add(Path... paths) {
    return files.add(
        session,
        new AddRequest(
            List.of(paths), SCANS, AddRequest.Archives.UNPACK, AddRequest.Damaged.REFUSE));
  }

  private Path file(String name, byte[] content) throws IOException {
    Path file = folder.resolve("in").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private List<ListedFile> all() {
    return files.list(session, SCANS, List.of(), OptionalLong.empty());
  }

  @Test
  void files_comeOutAsTheyWentIn_storedOnce() throws IOException {
    byte[] large = noise(LARGE);
    file("large.bin", large);
    file("same.bin", large);
    file("small/ü % +.txt", "small".getBytes(StandardCharsets.UTF_8));
    file("empty.txt", new byte[0]);

    AddResult first = add(folder.resolve("in"));
    AddResult again = add(folder.resolve("in"));

    assertThat(first.added()).isEqualTo(4);
    assertThat(store.blobs().toList()).hasSize(3);
    assertThat(store.incoming().toList()).isEmpty();
    assertThat(again.snapshot()).isEmpty();
    assertThat(again.written()).isEqualTo(new AddResult.Written(0, 0));
    assertThat(files.verify(all())).isEmpty();
    files.get(all(), folder.resolve("out"));
    assertThat(folder.resolve("out/in/large.bin")).hasBinaryContent(large);
    assertThat(folder.resolve("out/in/small/ü % +.txt")).hasContent("small");
    assertThat(folder.resolve("out/in/empty.txt")).isEmptyFile();
  }

  @Test
  void lostAndForgottenBlobs_areFound() throws IOException {
    add(file("lost.bin", noise(100)), file("kept.bin", noise(101)));
    store.remove(List.of(BlobKeys.of(all().get(1).reference().sha256().orElseThrow())));
    assertThat(all().get(1).path()).isEqualTo("lost.bin");
    store.put(noise(102));

    assertThat(files.verify(all()))
        .extracting(FileFinding::code, FileFinding::path)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("blob.missing", "lost.bin"));
    List<StoredObject> garbage =
        files.collectGarbage(session, Instant.now().plus(Duration.ofHours(1)));
    assertThat(garbage).extracting(StoredObject::size).containsExactly(102L);
    assertThat(store.blobs().map(StoredObject::size)).containsExactly(101L);
  }

  @Test
  void ranges_areReadWithoutTheRest() throws IOException {
    byte[] large = noise(LARGE);
    add(file("large.bin", large));
    FileReference reference = all().getFirst().reference();
    FileContents.Content content =
        new FileContents(store).find(reference.sha256().orElseThrow(), LARGE).orElseThrow();

    try (ObjectInput part = content.read(ByteRange.of(LARGE - 1000L, 500))) {
      assertThat(part.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(large, LARGE - 1000, LARGE - 500));
    }
    assertThat(new FileContents(store).find("0".repeat(64), 1)).isEmpty();
  }

  @Test
  void objectsElsewhere_areRegisteredByTheSettingsOfTheStation() throws IOException {
    byte[] header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            .getBytes(StandardCharsets.US_ASCII);
    byte[] model = new byte[8 + header.length + 8];
    model[0] = (byte) header.length;
    System.arraycopy(header, 0, model, 8, header.length);
    StoreLocation elsewhere = place("elsewhere");
    try (var bucket = Stores.open(elsewhere, settings)) {
      bucket.write(
          "deep/model.safetensors",
          new java.io.ByteArrayInputStream(model),
          new tarn.storage.WriteCondition.IfAbsent());
    }

    files.register(session, elsewhere, SCANS, Digests.COMPUTE, AddRequest.Damaged.REFUSE);

    assertThat(all()).extracting(ListedFile::path).containsExactly("deep/model.safetensors");
    assertThat(store.blobs().toList()).isEmpty();
    assertThat(files.verify(all())).isEmpty();
    assertThat(
            session.query(
                "SELECT tensor FROM imaging.safetensors_tensors", row -> row.getString(1)))
        .containsExactly("a");
    files.get(all(), folder.resolve("out"));
    assertThat(folder.resolve("out/deep/model.safetensors")).hasBinaryContent(model);
  }

  @Test
  void damagedHeader_addsNothing_unlessItIsToBeKept() throws IOException {
    Path damaged = file("broken.safetensors", noise(50));

    assertThatThrownBy(() -> add(damaged)).hasMessageContaining("at byte 0");
    assertThat(files.collections(session)).isEmpty();
    files.add(
        session,
        new AddRequest(
            List.of(damaged), SCANS, AddRequest.Archives.UNPACK, AddRequest.Damaged.KEEP));

    assertThat(all().getFirst().reference().state()).isEqualTo(FileState.UNREADABLE);
    assertThat(all().getFirst().finding().orElseThrow()).startsWith("at byte 0");
    assertThat(
            new Formats(List.of(new SafetensorsReader()))
                .read("x.safetensors", ByteSources.of(noise(50)))
                .finding())
        .isEqualTo(all().getFirst().finding());
  }
}
