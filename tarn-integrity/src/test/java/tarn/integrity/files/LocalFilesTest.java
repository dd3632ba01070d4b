package tarn.integrity.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalFilesTest {
  @TempDir Path temporary;
  private Path folder;
  private LocalFiles store;

  @BeforeEach
  void makeFiles() throws IOException {
    folder = temporary.toRealPath().resolve("data");
    Files.createDirectories(folder.resolve("ward/visit"));
    Files.createDirectories(folder.resolve("ward/note"));
    Files.writeString(folder.resolve("ward/visit/a b%20ü.parquet"), "12345");
    store = new LocalFiles(folder);
  }

  private List<StoredFile> list(Path below) throws InterruptedException {
    List<StoredFile> found = new ArrayList<>();
    assertThat(store.list(below.toString(), found::addAll)).isEmpty();
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ward/visit/a b%20ü.parquet",
        "./ward/visit/a b%20ü.parquet",
        "ward/./visit//a b%20ü.parquet",
        "ward/note/../visit/a b%20ü.parquet",
        "ward/visit/../../ward/visit/a b%20ü.parquet"
      })
  void canonical_isTheSameForEveryFormOfAPath(String form) throws IOException {
    String canonical = folder.resolve("ward/visit/a b%20ü.parquet").toString();
    assertThat(store.canonical(form)).isEqualTo(canonical);
    assertThat(store.canonical(folder + "/" + form)).isEqualTo(canonical);
    assertThat(store.canonical("file://" + folder + "/" + form)).isEqualTo(canonical);
  }

  @Test
  void canonical_followsLinksAsTheSystemDoes() throws IOException {
    Path disk = Files.createDirectories(temporary.toRealPath().resolve("disk/deep"));
    Files.createSymbolicLink(folder.resolve("ward/link"), disk);

    assertThat(store.canonical("ward/link/x.parquet")).isEqualTo(disk.resolve("x.parquet") + "");
    // Not ward/x.parquet: the system resolves the link before it goes up.
    assertThat(store.canonical("ward/link/../x.parquet"))
        .isEqualTo(disk.resolveSibling("x.parquet") + "");
  }

  @Test
  void canonical_ofWhatIsNotThere_isThePathItWouldHave() throws IOException {
    assertThat(store.canonical("gone/away/./x.parquet"))
        .isEqualTo(folder.resolve("gone/away/x.parquet").toString());
  }

  @Test
  void canonical_keepsNamesApartThatTheSystemKeepsApart() throws IOException {
    assertThat(store.canonical("ward/A.parquet")).isNotEqualTo(store.canonical("ward/a.parquet"));
    assertThat(store.canonical("ward/a%20b")).isNotEqualTo(store.canonical("ward/a b"));
  }

  @Test
  void list_findsEveryFileOnce() throws Exception {
    TreeSet<String> expected = new TreeSet<>();
    expected.add(folder.resolve("ward/visit/a b%20ü.parquet").toString());
    for (int file = 0; file < 5_000; file++) {
      Path path = folder.resolve("ward/note/%04d".formatted(file));
      Files.createFile(path);
      expected.add(path.toString());
    }
    for (int depth = 0; depth < 40; depth++) {
      Path path = folder.resolve("x/".repeat(depth + 1) + "file");
      Files.createDirectories(path.getParent());
      Files.createFile(path);
      expected.add(path.toString());
    }

    List<String> found = list(folder).stream().map(StoredFile::path).toList();

    assertThat(found).hasSize(expected.size());
    assertThat(new TreeSet<>(found)).isEqualTo(expected);
  }

  @Test
  void list_tellsSizeAndTime() throws Exception {
    Path file = folder.resolve("ward/visit/a b%20ü.parquet");
    StoredFile listed = list(folder).getFirst();

    assertThat(listed.size()).isEqualTo(5);
    assertThat(listed.modified()).isEqualTo(Files.getLastModifiedTime(file).toInstant());
    assertThat(store.find("ward/visit/../visit/a b%20ü.parquet").orElseThrow().size()).isEqualTo(5);
    assertThat(store.find("ward/visit/b.parquet")).isEmpty();
  }

  @Test
  void list_walksALinkedFolderByItsOwnPathAndOnlyOnce() throws Exception {
    Path disk = Files.createDirectories(temporary.toRealPath().resolve("disk"));
    Files.writeString(disk.resolve("far.parquet"), "far");
    Files.createSymbolicLink(folder.resolve("ward/link"), disk);
    Files.createSymbolicLink(folder.resolve("ward/again"), disk);
    Files.createSymbolicLink(folder.resolve("ward/loop"), folder);
    Files.createSymbolicLink(folder.resolve("ward/up"), temporary.toRealPath());
    Files.createSymbolicLink(folder.resolve("ward/broken"), folder.resolve("nothing"));

    assertThat(list(folder).stream().map(StoredFile::path))
        .containsExactlyInAnyOrder(
            folder.resolve("ward/visit/a b%20ü.parquet").toString(),
            disk.resolve("far.parquet").toString());
  }

  @Test
  void list_ofAFolderThatIsNotThere_isEmpty() throws Exception {
    assertThat(list(folder.resolve("never"))).isEmpty();
  }

  @Test
  void open_readsAnyPartAndStopsAtTheEnd() throws IOException {
    byte[] into = new byte[10];
    try (OpenFile file = store.open("ward/visit/a b%20ü.parquet")) {
      assertThat(file.size()).isEqualTo(5);
      assertThat(file.read(1, into, 3)).isEqualTo(3);
      assertThat(new String(into, 0, 3, java.nio.charset.StandardCharsets.US_ASCII))
          .isEqualTo("234");
      assertThat(file.read(3, into, 10)).isEqualTo(2);
      assertThat(file.read(99, into, 10)).isZero();
    }
  }
}
