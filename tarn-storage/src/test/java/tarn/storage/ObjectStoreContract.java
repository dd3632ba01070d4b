package tarn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.IF_ABSENT;
import static tarn.storage.Contents.bytes;
import static tarn.storage.Contents.failure;
import static tarn.storage.Contents.keys;
import static tarn.storage.Contents.objects;
import static tarn.storage.Contents.random;
import static tarn.storage.Contents.read;
import static tarn.storage.Contents.readText;
import static tarn.storage.Contents.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** What every store promises; one subclass a store. */
abstract class ObjectStoreContract {
  /** More than one part of an upload, and several chunks of a read. */
  private static final int SEVERAL_PARTS = (17 << 20) + 13;

  ObjectStore store;

  /** A store that is empty, and whose bucket or folder is there. */
  abstract ObjectStore open();

  /** One whose bucket, container or folder is not there. */
  abstract ObjectStore openMissing();

  /**
   * Leaves an unfinished upload behind, with something other than the code under test if possible.
   */
  abstract void beginUpload(String key);

  /** Keys that this store cannot hold, of those of {@link OddKeys}. */
  abstract List<String> refusedKeys();

  /** Keys that this store takes for others without saying so: a fault of its own. */
  List<String> confusedKeys() {
    return List.of();
  }

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void list_ofNothing_isEmpty() {
    assertThat(objects(store, "")).isEmpty();
    assertThat(objects(store, "nowhere/")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 70_000})
  void read_givesWhatWasWritten(int length) {
    byte[] content = random(length, length);

    WrittenObject written = store.write("folder/object", bytes(content), ALWAYS);

    assertThat(read(store, "folder/object")).isEqualTo(content);
    assertThat(written.size()).isEqualTo(length);
    assertThat(store.head("folder/object").orElseThrow().etag()).isEqualTo(written.etag());
  }

  @Test
  void write_ofSeveralParts_isReadBackWhole() throws IOException {
    byte[] content = random(SEVERAL_PARTS, 1);

    WrittenObject written = store.write("large", bytes(content), IF_ABSENT);

    assertThat(written.size()).isEqualTo(SEVERAL_PARTS);
    assertThat(Arrays.equals(read(store, "large"), content)).isTrue();
    StoredObject object = store.head("large").orElseThrow();
    assertThat(object.etag()).isEqualTo(written.etag());
    assertThat(ContentHash.of(store, object)).isEqualTo(ContentHash.of(bytes(content)));
    assertThat(read(store, "large", ByteRange.of((8 << 20) - 2, 5)))
        .isEqualTo(Arrays.copyOfRange(content, (8 << 20) - 2, (8 << 20) + 3));
    assertThat(read(store, "large", ByteRange.from(SEVERAL_PARTS - 3)))
        .isEqualTo(Arrays.copyOfRange(content, SEVERAL_PARTS - 3, SEVERAL_PARTS));
    failure(ErrorCode.STORAGE_CHANGED, () -> store.write("large", bytes(content), IF_ABSENT));
    store.write("large", bytes(content), new WriteCondition.IfMatches(written.etag()));
    failure(
        ErrorCode.STORAGE_CHANGED,
        () -> store.write("large", bytes(content), new WriteCondition.IfMatches("0123456789")));
    assertThat(incomplete("")).isEmpty();
  }

  @Test
  void move_givesAnotherKeyAndLeavesNothingBehind() {
    store.write("incoming/object", bytes(random(70_000, 3)), ALWAYS);
    store.write("there", bytes(random(10, 4)), ALWAYS);

    WrittenObject moved = store.move("incoming/object", "sha256/ab/object", IF_ABSENT);

    assertThat(read(store, "sha256/ab/object")).isEqualTo(random(70_000, 3));
    assertThat(moved.size()).isEqualTo(70_000);
    assertThat(store.head("sha256/ab/object").orElseThrow().etag()).isEqualTo(moved.etag());
    assertThat(store.head("incoming/object")).isEmpty();
    failure(ErrorCode.STORAGE_CHANGED, () -> store.move("sha256/ab/object", "there", IF_ABSENT));
    assertThat(read(store, "sha256/ab/object")).isEqualTo(random(70_000, 3));
    assertThat(read(store, "there")).isEqualTo(random(10, 4));
    failure(ErrorCode.STORAGE_NOT_FOUND, () -> store.move("nowhere", "new", IF_ABSENT));
  }

  @Test
  void list_tellsWhatHeadTells() {
    Instant before = Instant.now();
    WrittenObject written = store.write("a/b.parquet", text("hello"), ALWAYS);

    StoredObject listed = objects(store, "").getFirst();

    assertThat(listed.key()).isEqualTo("a/b.parquet");
    assertThat(listed.size()).isEqualTo(5);
    assertThat(listed.etag()).isEqualTo(written.etag()).doesNotContain("\"");
    assertThat(listed.modified()).isBetween(before.minusSeconds(5), before.plusSeconds(60));
    StoredObject head = store.head("a/b.parquet").orElseThrow();
    assertThat(head.etag()).isEqualTo(listed.etag());
    assertThat(head.size()).isEqualTo(5);
    assertThat(Duration.between(head.modified(), listed.modified()).abs())
        .isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void list_keepsToItsPrefix() {
    write("main/table/1", "main/table2/1", "main/other", "mainly");

    assertThat(keys(store, "main/table")).containsExactly("main/table/1", "main/table2/1");
    assertThat(keys(store, "main/table/")).containsExactly("main/table/1");
    assertThat(keys(store, "main/o")).containsExactly("main/other");
    assertThat(keys(store, "main")).hasSize(4);
    assertThat(keys(store, "../")).isEmpty();
  }

  @Test
  void children_areOneLevel() {
    write("top", "folder/one", "folder/two", "folder/deep/three", "folder b/four");

    assertThat(children("")).containsExactlyInAnyOrder("top", "folder/", "folder b/");
    assertThat(children("folder/"))
        .containsExactlyInAnyOrder("folder/one", "folder/two", "folder/deep/");
    assertThat(children("folder/t")).containsExactly("folder/two");
    assertThat(children("nowhere/")).isEmpty();
  }

  @Test
  void list_inParallel_isTheSame() {
    List<String> keys = new ArrayList<>();
    for (String folder : List.of("a/", "b/x/", "b/y/", "c/d/e/f/", "")) {
      IntStream.range(0, 5).forEach(number -> keys.add(folder + number));
    }
    write(keys.toArray(String[]::new));

    try (Stream<StoredObject> objects = ParallelListing.list(store, "", 3)) {
      assertThat(objects.map(StoredObject::key)).containsExactlyInAnyOrderElementsOf(keys);
    }
    try (Stream<StoredObject> objects = ParallelListing.list(store, "b/", 3)) {
      assertThat(objects).hasSize(10);
    }
    try (Stream<StoredObject> objects = ParallelListing.list(store, "", 2)) {
      assertThat(objects.limit(1)).hasSize(1);
    }
  }

  @Test
  void keys_ofEveryKind_staySeparate() {
    List<String> held = new ArrayList<>(OddKeys.ALL);
    held.removeAll(refusedKeys());
    held.removeAll(confusedKeys());
    inParallel(held, key -> store.write(key, text("content of " + key), IF_ABSENT));

    assertThat(keys(store, "")).containsExactlyElementsOf(new TreeSet<>(held));
    for (String key : held) {
      assertThat(readText(store, key)).isEqualTo("content of " + key);
      assertThat(store.head(key)).isPresent();
      assertThat(keys(store, key)).contains(key);
    }
    store.delete(held);
    assertThat(keys(store, "")).isEmpty();
  }

  @Test
  void keys_thatTheStoreCannotHold_areRefused() {
    for (String key : refusedKeys()) {
      failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.write(key, text("x"), ALWAYS));
    }
    assertThat(keys(store, "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../outside",
        "a/../b",
        "./a",
        "a/.",
        "a/..",
        "nul\0",
        "half\ud800"
      })
  void keys_thatAreAWayOrNoText_areRefusedEverywhere(String key) {
    failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.write(key, text("x"), ALWAYS));
    failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.read(key, ByteRange.ALL));
    failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.head(key));
    failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.delete(List.of(key)));
  }

  @Test
  void keys_thatAreTooLong_areRefused() {
    String key = "folder/".repeat(150);
    failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.write(key + "x", text("x"), ALWAYS));
  }

  @Test
  void read_ofARange_isCutAtTheEnd() {
    store.write("digits", text("0123456789"), ALWAYS);

    assertThat(range("digits", ByteRange.of(2, 3))).isEqualTo("234");
    assertThat(range("digits", ByteRange.of(8, 100))).isEqualTo("89");
    assertThat(range("digits", ByteRange.from(7))).isEqualTo("789");
    assertThat(range("digits", ByteRange.from(10))).isEmpty();
    assertThat(range("digits", ByteRange.of(11, 5))).isEmpty();
    try (ObjectInput input = store.read("digits", ByteRange.of(2, 3))) {
      assertThat(input.object().size()).isEqualTo(10);
      assertThat(input.object().etag()).isEqualTo(store.head("digits").orElseThrow().etag());
    }
  }

  @Test
  void read_ofNothing_isAnError() {
    assertThat(store.head("missing")).isEmpty();
    TarnException failure =
        failure(ErrorCode.STORAGE_NOT_FOUND, () -> store.read("missing", ByteRange.ALL));
    assertThat(failure).hasMessageContaining(store.location() + "missing");
  }

  @Test
  void read_ofAVersionThatIsGone_isAnError() {
    store.write("object", text("first"), ALWAYS);
    StoredObject first = store.head("object").orElseThrow();
    store.write("object", text("second, and longer"), ALWAYS);

    failure(ErrorCode.STORAGE_CHANGED, () -> store.read(first, ByteRange.ALL).readAllBytes());
    store.delete(List.of("object"));
    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> store.read(first, ByteRange.ALL).readAllBytes())
        .extracting(TarnException::code)
        .isIn(ErrorCode.STORAGE_NOT_FOUND, ErrorCode.STORAGE_CHANGED);
  }

  @Test
  void read_whileTheObjectIsReplaced_neverMixesTwoContents() throws IOException {
    byte[] first = random(20 << 20, 7);
    store.write("object", bytes(first), ALWAYS);
    try (ObjectInput input = store.read("object", ByteRange.ALL)) {
      byte[] begin = input.readNBytes(100);
      store.write("object", bytes(random(20 << 20, 8)), ALWAYS);
      try {
        byte[] rest = input.readAllBytes();
        byte[] whole = Arrays.copyOf(begin, begin.length + rest.length);
        System.arraycopy(rest, 0, whole, begin.length, rest.length);
        assertThat(Arrays.equals(whole, first)).isTrue();
      } catch (TarnException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CHANGED);
      }
    }
  }

  @Test
  void write_ifAbsent_leavesWhatIsThere() {
    store.write("object", text("first"), IF_ABSENT);

    TarnException failure =
        failure(ErrorCode.STORAGE_CHANGED, () -> store.write("object", text("second"), IF_ABSENT));

    assertThat(failure).hasMessageContaining("already").hasMessageContaining("object");
    assertThat(readText(store, "object")).isEqualTo("first");
  }

  @Test
  void write_ifMatches_replacesThatVersionOnly() {
    WrittenObject first = store.write("object", text("first"), ALWAYS);
    WriteCondition isFirst = new WriteCondition.IfMatches(first.etag());

    WrittenObject second = store.write("object", text("second"), isFirst);

    assertThat(second.etag()).isNotEqualTo(first.etag());
    failure(ErrorCode.STORAGE_CHANGED, () -> store.write("object", text("third"), isFirst));
    failure(ErrorCode.STORAGE_CHANGED, () -> store.write("missing", text("new"), isFirst));
    assertThat(readText(store, "object")).isEqualTo("second");
    assertThat(store.head("missing")).isEmpty();
  }

  @Test
  void write_ifAbsent_byManyAtOnce_letsOneWin() {
    List<Integer> writers = IntStream.range(0, 8).boxed().toList();

    List<Optional<String>> won =
        inParallel(
            writers,
            number -> {
              try {
                store.write("contested", text("writer " + number), IF_ABSENT);
                return Optional.of("writer " + number);
              } catch (TarnException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CHANGED);
                return Optional.<String>empty();
              }
            });

    List<String> winners = won.stream().flatMap(Optional::stream).toList();
    assertThat(winners).containsExactly(readText(store, "contested"));
  }

  @Test
  void write_ifMatches_byManyAtOnce_losesNoUpdate() {
    store.write("counter", text("0"), ALWAYS);

    inParallel(
        IntStream.range(0, 4).boxed().toList(),
        writer -> {
          for (int done = 0; done < 5; ) {
            StoredObject seen = store.head("counter").orElseThrow();
            try {
              String text = new String(Contents.drained(store.read(seen, ByteRange.ALL)), UTF_8);
              store.write(
                  "counter",
                  text(String.valueOf(Integer.parseInt(text) + 1)),
                  new WriteCondition.IfMatches(seen.etag()));
              done++;
            } catch (TarnException e) {
              assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CHANGED);
            }
          }
          return writer;
        });

    assertThat(readText(store, "counter")).isEqualTo("20");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 17 << 20})
  void write_whoseContentFails_leavesNothing(int length) {
    InputStream broken =
        new SequenceInputStream(new ByteArrayInputStream(new byte[length]), new BrokenSource());

    TarnException failure =
        failure(ErrorCode.STORAGE_FAILED, () -> store.write("object", broken, ALWAYS));

    assertThat(failure).hasMessageContaining("the source broke off");
    assertThat(store.head("object")).isEmpty();
    assertThat(keys(store, "")).isEmpty();
    assertThat(leftBehindByFailedWrites()).isEmpty();
  }

  @Test
  void copy_givesTheSameContent() {
    String odd = "to/ü +%41#?&=.parquet";
    store.write("from/ü +%41#?&=.parquet", text("content"), ALWAYS);

    WrittenObject copied = store.copy("from/ü +%41#?&=.parquet", odd, ALWAYS);

    assertThat(readText(store, odd)).isEqualTo("content");
    assertThat(copied.size()).isEqualTo(7);
    assertThat(copied.etag()).isEqualTo(store.head(odd).orElseThrow().etag());
    assertThat(readText(store, "from/ü +%41#?&=.parquet")).isEqualTo("content");
  }

  @Test
  void copy_ifAbsent_ofWhatCameInParts_givesTheSameContent() {
    byte[] content = random(SEVERAL_PARTS, 2);
    store.write("parts", bytes(content), ALWAYS);

    store.copy("parts", "copied", IF_ABSENT);

    assertThat(Arrays.equals(read(store, "copied"), content)).isTrue();
  }

  @Test
  void copy_ifAbsent_leavesWhatIsThere() {
    write("one", "two", "empty");
    store.write("empty", text(""), ALWAYS);

    failure(ErrorCode.STORAGE_CHANGED, () -> store.copy("one", "two", IF_ABSENT));
    store.copy("one", "three", IF_ABSENT);
    store.copy("empty", "four", IF_ABSENT);

    assertThat(readText(store, "two")).isEqualTo("two");
    assertThat(readText(store, "three")).isEqualTo("one");
    assertThat(readText(store, "four")).isEmpty();
    failure(ErrorCode.STORAGE_NOT_FOUND, () -> store.copy("missing", "five", ALWAYS));
    assertThat(incomplete("")).isEmpty();
  }

  @Test
  void delete_removesWhatIsThere() {
    write("one", "two", "three");

    store.delete(List.of("one", "missing", "three", "three"));

    assertThat(keys(store, "")).containsExactly("two");
    store.delete(List.of());
    assertThat(keys(store, "")).containsExactly("two");
  }

  @Test
  void incompleteUpload_showsInNoListing_andCanBeAborted() {
    beginUpload("folder/unfinished");
    write("folder/finished");

    assertThat(keys(store, "")).containsExactly("folder/finished");
    assertThat(store.head("folder/unfinished")).isEmpty();
    List<IncompleteUpload> uploads = incomplete("folder/");
    assertThat(uploads).extracting(IncompleteUpload::key).containsExactly("folder/unfinished");
    assertThat(incomplete("other/")).isEmpty();

    store.abort(uploads.getFirst());
    store.abort(uploads.getFirst());

    assertThat(incomplete("")).isEmpty();
    assertThat(keys(store, "")).containsExactly("folder/finished");
  }

  @Test
  void versions_tellOfTheCurrentContent() {
    WrittenObject written = store.write("object", text("content"), ALWAYS);

    ObjectVersion version = store.versions("object").getFirst();

    assertThat(version.standing()).isEqualTo(ObjectVersion.Standing.LATEST);
    assertThat(version.etag()).isEqualTo(written.etag());
    assertThat(version.size()).isEqualTo(7);
    assertThat(new String(Contents.drained(store.readVersion(version)), UTF_8))
        .isEqualTo("content");
    assertThat(store.versions("missing")).isEmpty();
  }

  @Test
  void missingBucketOrFolder_isAnError_notAnEmptyStore() {
    try (ObjectStore missing = openMissing()) {
      failure(ErrorCode.STORAGE_NOT_FOUND, () -> objects(missing, ""));
      failure(ErrorCode.STORAGE_NOT_FOUND, () -> objects(missing, "folder/"));
      failure(ErrorCode.STORAGE_NOT_FOUND, () -> missing.head("object"));
      failure(ErrorCode.STORAGE_NOT_FOUND, () -> missing.read("object", ByteRange.ALL));
      failure(ErrorCode.STORAGE_NOT_FOUND, () -> missing.write("object", text("x"), ALWAYS));
      failure(ErrorCode.STORAGE_NOT_FOUND, () -> missing.delete(List.of("object")));
    }
  }

  /** Unfinished uploads that remain when the content to write fails. */
  List<IncompleteUpload> leftBehindByFailedWrites() {
    return incomplete("");
  }

  List<IncompleteUpload> incomplete(String prefix) {
    try (Stream<IncompleteUpload> uploads = store.incompleteUploads(prefix)) {
      return uploads.toList();
    }
  }

  private List<String> children(String prefix) {
    try (Stream<Listed> children = store.children(prefix)) {
      return children
          .map(
              each ->
                  switch (each) {
                    case StoredObject object -> object.key();
                    case KeyPrefix folder -> folder.prefix();
                  })
          .toList();
    }
  }

  private String range(String key, ByteRange range) {
    return new String(read(store, key, range), UTF_8);
  }

  /** Objects that each hold their own key. */
  final void write(String... keys) {
    inParallel(List.of(keys), key -> store.write(key, text(key), ALWAYS));
  }

  static <T, R> List<R> inParallel(List<T> items, Work<T, R> work) {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<R>> tasks = new ArrayList<>();
      items.forEach(each -> tasks.add(() -> work.on(each)));
      List<R> results = new ArrayList<>();
      for (Future<R> each : executor.invokeAll(tasks)) {
        results.add(each.get());
      }
      return results;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @FunctionalInterface
  interface Work<T, R> {
    R on(T item) throws Exception;
  }

  private static final class BrokenSource extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("the source broke off");
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      throw new IOException("the source broke off");
    }
  }
}
