package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.failure;
import static tarn.storage.Contents.keys;
import static tarn.storage.Contents.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.connect.Stores;

/** What only folders have: links, files that other programs write, names that are taken. */
class LocalFilesTest {
  @TempDir Path folder;
  @TempDir Path elsewhere;
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = Stores.open(new StoreLocation.Folder(folder), StoreSettings.DEFAULT);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void links_areFollowed_andThoseThatLeadNowhereAreNothing() throws IOException {
    Files.writeString(elsewhere.resolve("file"), "content");
    Files.createSymbolicLink(folder.resolve("linked"), elsewhere);
    Files.createSymbolicLink(folder.resolve("dangling"), elsewhere.resolve("missing"));

    assertThat(keys(store, "")).containsExactly("linked/file");
    assertThat(Contents.readText(store, "linked/file")).isEqualTo("content");
    assertThat(store.head("dangling")).isEmpty();
  }

  @Test
  void links_thatLeadBack_areAnError_notAnEndlessListing() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.createSymbolicLink(folder.resolve("a/b/back"), folder.resolve("a"));

    TarnException failure = failure(ErrorCode.STORAGE_FAILED, () -> keys(store, ""));
    assertThat(failure).hasMessageContaining("a/b/back");
  }

  @Test
  void read_ofAFileThatIsWrittenToMeanwhile_isAnError() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");
    try (ObjectInput input = store.read("file", ByteRange.ALL)) {
      assertThat(input.readNBytes(3)).hasSize(3);
      Files.writeString(file, " and more", StandardOpenOption.APPEND);

      failure(ErrorCode.STORAGE_CHANGED, input::readAllBytes);
    }
  }

  @Test
  void write_whereAFolderOrAFileIsInTheWay_isRefused() {
    store.write("a/b", text("content"), ALWAYS);

    failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.write("a", text("x"), ALWAYS));
    failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.write("a/b/c", text("x"), ALWAYS));
    failure(ErrorCode.STORAGE_KEY_INVALID, () -> store.write(".tarn-uploads/x", text("x"), ALWAYS));
    assertThat(store.head("a")).isEmpty();
    assertThat(store.head("a/b/c")).isEmpty();
    failure(ErrorCode.STORAGE_NOT_FOUND, () -> store.read("a", ByteRange.ALL));
    store.delete(List.of("a", "a/b/c"));
    assertThat(keys(store, "")).containsExactly("a/b");
  }

  @Test
  void write_leavesNothingBeside() throws IOException {
    store.write("folder/file", text("content"), ALWAYS);

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(folder::relativize).map(Path::toString))
          .containsExactlyInAnyOrder("folder/file", ".tarn-uploads/lock");
    }
  }

  @Test
  void write_toAFolderThatIsNotMounted_makesNoFolder() {
    Path missing = folder.resolve("mount/lake");
    try (ObjectStore unmounted =
        Stores.open(new StoreLocation.Folder(missing), StoreSettings.DEFAULT)) {
      assertThatExceptionOfType(TarnException.class)
          .isThrownBy(() -> unmounted.write("file", text("x"), ALWAYS));
    }
    assertThat(missing).doesNotExist();
  }
}
