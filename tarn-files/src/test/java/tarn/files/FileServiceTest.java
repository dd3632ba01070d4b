package tarn.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.local.LocalStores;
import tarn.testkit.BareEngine;
import tarn.testkit.ScratchLake;

class FileServiceTest {
  private static final TableName SCANS = new TableName("imaging", "scans");

  @TempDir Path folder;
  private ScratchLake scratch;
  private Path blobs;
  private BlobStore store;
  private FileService files;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    scratch = ScratchLake.in(folder);
    blobs = Files.createDirectories(folder.resolve("lake/files"));
    store = new BlobStore(LocalStores.open(new StoreLocation.Folder(blobs)));
    files =
        new FileService(
            scratch.lake(), store, StoreSettings.DEFAULT, new Formats(List.of()), Progress.NONE);
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

  private Path file(String name, String content) throws IOException {
    Path file = folder.resolve("in").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private List<Path> blobFiles() throws IOException {
    try (Stream<Path> all = Files.walk(blobs)) {
      return all.filter(Files::isRegularFile)
          .filter(each -> !each.toString().contains(".tarn-uploads"))
          .map(blobs::relativize)
          .sorted()
          .toList();
    }
  }

  @Test
  void file_isStoredUnderItsDigestAndReferredTo() throws IOException {
    file("a.txt", "abc");

    AddResult result = add(folder.resolve("in"));

    // The digest of "abc" is that of FIPS 180-2, appendix B.1.
    String sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(result.added()).isEqualTo(1);
    assertThat(blobFiles()).containsExactly(Path.of("sha256/ba/" + sha256));
    session.close();
    scratch.close();
    try (BareEngine bare = BareEngine.on(scratch)) {
      assertThat(
              bare.rows(
                  "SELECT path, file.uri, file.\"offset\", file.size, file.sha256, file.media_type,"
                      + " file.state FROM imaging.scans"))
          .containsExactly(
              "in/a.txt|%s/sha256/ba/%s|NULL|3|%s|text/plain|stored"
                  .formatted(blobs, sha256, sha256));
    }
  }

  @Test
  void sameBytes_areStoredOnce() throws IOException {
    file("a.txt", "same");
    file("b.txt", "same");
    file("c.txt", "other");

    AddResult result = add(folder.resolve("in"));

    assertThat(result.added()).isEqualTo(3);
    assertThat(blobFiles()).hasSize(2);
  }

  @Test
  void secondAddition_readsAndWritesNothing() throws IOException {
    file("a.txt", "one");
    Path large = folder.resolve("in/large.bin");
    byte[] bytes = new byte[BlobStore.SMALL + 12345];
    new Random(7).nextBytes(bytes);
    Files.write(large, bytes);
    add(folder.resolve("in"));
    Path stored = blobs.resolve(blobFiles().getFirst());
    FileTime written = Files.getLastModifiedTime(stored);

    AddResult again = add(folder.resolve("in"));

    assertThat(again.snapshot()).isEmpty();
    assertThat(again.unchanged()).isEqualTo(2);
    assertThat(again.written()).isEqualTo(new AddResult.Written(0, 0));
    assertThat(Files.getLastModifiedTime(stored)).isEqualTo(written);
    assertThat(blobFiles()).hasSize(2).noneMatch(each -> each.startsWith("incoming"));
  }

  @Test
  void changedFile_isReplacedAndTheOldOneCanBeReadAtItsSnapshot() throws IOException {
    Path file = file("a.txt", "first");
    long before = add(file).snapshot().orElseThrow();
    Files.writeString(file, "second");

    AddResult result = add(file);

    assertThat(result.replaced()).isEqualTo(1);
    Path out = folder.resolve("out");
    files.get(files.list(session, SCANS, List.of(), OptionalLong.of(before)), out);
    assertThat(out.resolve("a.txt")).hasContent("first");
    files.get(files.list(session, SCANS, List.of("*.txt"), OptionalLong.empty()), out);
    assertThat(out.resolve("a.txt")).hasContent("second");
  }

  @Test
  void twoFilesOfOnePath_areRefusedAndNothingIsVisible() throws IOException {
    Path one = file("x/a.txt", "one");
    Path other = file("y/a.txt", "other");

    assertThatThrownBy(() -> add(one, other))
        .isInstanceOf(TarnException.class)
        .hasMessageContaining("a.txt");
    assertThat(files.collections(session)).isEmpty();
  }

  @Test
  void removedReference_keepsItsBlobUntilItsSnapshotsExpire() throws IOException {
    add(file("a.txt", "to go"), file("b.txt", "to stay"));

    RemoveResult removed = files.remove(session, SCANS, List.of("a.*"));

    assertThat(removed.removed()).isEqualTo(1);
    Instant future = Instant.now().plus(Duration.ofHours(1));
    assertThat(files.collectGarbage(session, future)).isEmpty();
    session.execute(
        "CALL ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 HOUR)");
    assertThat(files.collectGarbage(session, Instant.now().minus(Duration.ofDays(1)))).isEmpty();
    assertThat(files.collectGarbage(session, future)).hasSize(1);
    assertThat(blobFiles()).hasSize(1);
    files.get(files.list(session, SCANS, List.of(), OptionalLong.empty()), folder.resolve("out"));
    assertThat(folder.resolve("out/b.txt")).hasContent("to stay");
  }

  @Test
  void droppedCollection_keepsItsBlobsUntilItsSnapshotsExpire() throws IOException {
    add(file("a.txt", "of a table that is dropped"));
    session.execute("DROP TABLE imaging.scans");
    Instant future = Instant.now().plus(Duration.ofHours(1));

    assertThat(files.garbage(session, future)).isEmpty();
    session.execute(
        "CALL ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 HOUR)");
    assertThat(files.garbage(session, future)).hasSize(1);
  }

  @Test
  void referencesInAnyTable_keepTheirBlobs() throws IOException {
    add(file("a.txt", "kept by a copy"));
    session.execute(
        "CREATE TABLE imaging.other AS SELECT 1 AS patient, file AS scan FROM imaging.scans");
    session.execute("DROP TABLE imaging.scans");
    session.execute(
        "CALL ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 HOUR)");

    assertThat(files.garbage(session, Instant.now().plus(Duration.ofHours(1)))).isEmpty();
  }

  @Test
  void damagedBlobs_areFound() throws IOException {
    for (String name : List.of("missing", "truncated", "grown", "modified", "right")) {
      add(file(name, "content of " + name));
    }
    for (ListedFile each : files.list(session, SCANS, List.of(), OptionalLong.empty())) {
      Path blob = Path.of(each.reference().uri());
      switch (each.path()) {
        case "missing" -> Files.delete(blob);
        case "truncated" -> Files.writeString(blob, "content");
        case "grown" -> Files.writeString(blob, "content of grown and more");
        case "modified" -> Files.writeString(blob, "content of m0dified");
        default -> {}
      }
    }

    assertThat(files.verify(files.list(session, SCANS, List.of(), OptionalLong.empty())))
        .extracting(FileFinding::code, FileFinding::path)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("blob.missing", "missing"),
            org.assertj.core.groups.Tuple.tuple("blob.truncated", "truncated"),
            org.assertj.core.groups.Tuple.tuple("blob.grown", "grown"),
            org.assertj.core.groups.Tuple.tuple("blob.modified", "modified"));
    Path out = folder.resolve("out");
    assertThatThrownBy(
            () ->
                files.get(
                    files.list(session, SCANS, List.of("modified"), OptionalLong.empty()), out))
        .hasMessageContaining("SHA-256");
    assertThat(out.resolve("modified")).doesNotExist();
  }

  @Test
  void objectsElsewhere_areRegisteredWithoutCopying() throws IOException {
    Path bucket = Files.createDirectories(folder.resolve("bucket/deep"));
    Files.writeString(bucket.resolve("x.csv"), "a,b\n");

    files.register(
        session,
        new StoreLocation.Folder(folder.resolve("bucket")),
        SCANS,
        Digests.OMIT,
        AddRequest.Damaged.REFUSE);

    ListedFile listed = files.list(session, SCANS, List.of(), OptionalLong.empty()).getFirst();
    assertThat(listed.path()).isEqualTo("deep/x.csv");
    assertThat(listed.reference().state()).isEqualTo(FileState.EXTERNAL);
    assertThat(listed.reference().sha256()).isEmpty();
    assertThat(blobFiles()).isEmpty();
    assertThat(files.verify(List.of(listed))).isEmpty();
    Files.write(bucket.resolve("x.csv"), "a,c\n".getBytes(StandardCharsets.UTF_8));
    assertThat(files.verify(List.of(listed)))
        .extracting(FileFinding::code)
        .containsExactly("blob.modified");
  }

  @Test
  void tableOfAnotherKind_isNoCollection() {
    session.execute("CREATE SCHEMA imaging");
    session.execute("CREATE TABLE imaging.scans (path VARCHAR)");

    assertThatThrownBy(() -> add(folder)).hasMessageContaining("no collection");
  }
}
