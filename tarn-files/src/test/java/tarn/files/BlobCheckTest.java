package tarn.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.IntegrityHistory;
import tarn.integrity.catalog.Scope;
import tarn.integrity.check.Progress;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.local.LocalStores;
import tarn.testkit.ScratchLake;

class BlobCheckTest {
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
    Path data = Path.of(scratch.lake().settings().dataPath());
    blobs = Files.createDirectories(data.resolveSibling("files"));
    store = new BlobStore(LocalStores.open(new StoreLocation.Folder(blobs)));
    files =
        new FileService(
            scratch.lake(),
            store,
            StoreSettings.DEFAULT,
            new Formats(List.of()),
            tarn.files.Progress.NONE);
    session = scratch.lake().session();
    Random random = new Random(5);
    for (String name : List.of("a.bin", "b.bin", "c.bin")) {
      byte[] bytes = new byte[1000];
      random.nextBytes(bytes);
      Files.createDirectories(folder.resolve("in"));
      Files.write(folder.resolve("in").resolve(name), bytes);
    }
    files.add(
        session,
        new AddRequest(
            List.of(folder.resolve("in")),
            SCANS,
            AddRequest.Archives.UNPACK,
            AddRequest.Damaged.REFUSE));
  }

  @AfterEach
  void close() {
    session.close();
    store.close();
    scratch.close();
  }

  private FsckReport check(FsckRequest request) {
    try (BlobCheck check =
        BlobCheck.beside(scratch.lake().settings().dataPath(), StoreSettings.DEFAULT)) {
      return new Fsck(
              scratch.lake(),
              tarn.integrity.files.LakeFiles.of(scratch.lake().settings().dataPath()),
              check,
              () -> false,
              Progress.NONE)
          .run(request);
    }
  }

  private static List<String> codes(FsckReport report) {
    return report.findings().stream().map(finding -> finding.type().code()).toList();
  }

  private List<Path> stored() throws IOException {
    try (var all = Files.walk(blobs.resolve("sha256"))) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void wholeContents_haveNoFinding() {
    FsckReport report = check(FsckRequest.of(Level.CONTENT));
    assertThat(report.findings()).isEmpty();
    // Three contents, and the table's data file.
    assertThat(report.work().read()).isEqualTo(4);
  }

  /** What can happen to a content, and who finds it first. */
  enum Damage {
    LOST("blob.missing", Level.EXISTS),
    CUT("blob.truncated", Level.EXISTS),
    GROWN("blob.grown", Level.EXISTS),
    FLIPPED("blob.modified", Level.CONTENT),
    FORGOTTEN("blob.unreferenced", Level.EXISTS);

    private final String code;
    private final Level level;

    Damage(String code, Level level) {
      this.code = code;
      this.level = level;
    }
  }

  private Path damage(Damage damage) throws IOException {
    Path blob = stored().get(1);
    switch (damage) {
      case LOST -> Files.delete(blob);
      case CUT -> Files.write(blob, new byte[999]);
      case GROWN -> Files.write(blob, new byte[1], StandardOpenOption.APPEND);
      case FLIPPED -> {
        byte[] bytes = Files.readAllBytes(blob);
        bytes[517] ^= 1;
        Files.write(blob, bytes);
      }
      case FORGOTTEN -> {
        // The digest of "abc" is that of FIPS 180-2, appendix B.1.
        blob =
            blobs.resolve(
                "sha256/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        Files.createDirectories(blob.getParent());
        Files.writeString(blob, "abc");
      }
    }
    return blob;
  }

  @ParameterizedTest
  @EnumSource
  void damage_isFoundAloneAtItsLevel(Damage damage) throws IOException {
    Path blob = damage(damage);
    if (damage.level == Level.CONTENT) {
      assertThat(codes(check(FsckRequest.of(Level.FOOTER)))).isEmpty();
    }
    FsckReport report = check(FsckRequest.of(damage.level));
    assertThat(codes(report)).containsExactly(damage.code);
    assertThat(report.findings().getFirst().path())
        .hasValue(blobs.toRealPath().resolve(blobs.relativize(blob)).toString());
    if (damage != Damage.FORGOTTEN) {
      assertThat(report.findings().getFirst().table()).hasValue("imaging.scans");
    }
    assertThat(new IntegrityHistory(scratch.lake()).open()).hasSize(1);
    // A check that does not look at contents says nothing of them.
    new Fsck(scratch.lake(), () -> false, Progress.NONE).run(FsckRequest.of(Level.CONTENT));
    assertThat(new IntegrityHistory(scratch.lake()).open()).hasSize(1);
  }

  @Test
  void flippedBits_areAllFound() throws IOException {
    Random random = new Random(20261123);
    for (int flip = 0; flip < 25; flip++) {
      Path blob = stored().get(random.nextInt(3));
      byte[] bytes = Files.readAllBytes(blob);
      int bit = random.nextInt(bytes.length * 8);
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(blob, bytes);
      FsckReport report = check(FsckRequest.of(Level.CONTENT));
      assertThat(codes(report)).as("bit %d of %s", bit, blob).containsExactly("blob.modified");
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(blob, bytes);
    }
  }

  private FsckRequest within(Duration span) {
    return new FsckRequest(
        Level.CONTENT,
        Scope.EVERYTHING,
        Optional.of(span),
        FsckRequest.Limits.NONE,
        Duration.ZERO,
        FsckRequest.DELETION_AGE);
  }

  @Test
  void comparedContents_areReadAgainOnlyWhenWrittenSinceOrWrong() throws IOException {
    check(FsckRequest.of(Level.CONTENT));
    assertThat(check(within(Duration.ofDays(1))).work().read()).isZero();
    Path blob = damage(Damage.FLIPPED);
    Files.setLastModifiedTime(blob, FileTime.from(Instant.now().plusSeconds(2)));
    FsckReport found = check(within(Duration.ofDays(1)));
    assertThat(found.work().read()).isEqualTo(1);
    assertThat(codes(found)).containsExactly("blob.modified");

    // Its time no longer tells, and the open finding does.
    Files.setLastModifiedTime(blob, FileTime.from(Instant.now().minusSeconds(3600)));
    assertThat(codes(check(within(Duration.ofDays(1))))).containsExactly("blob.modified");
    byte[] bytes = Files.readAllBytes(blob);
    bytes[517] ^= 1;
    Files.write(blob, bytes);
    assertThat(codes(check(within(Duration.ofDays(1))))).isEmpty();
    assertThat(new IntegrityHistory(scratch.lake()).open()).isEmpty();
  }

  @Test
  void removedReferences_areStillNeededByOlderSnapshots() throws IOException {
    files.remove(session, SCANS, List.of());
    assertThat(check(FsckRequest.of(Level.CONTENT)).findings()).isEmpty();
    Files.delete(stored().getFirst());
    assertThat(codes(check(FsckRequest.of(Level.EXISTS)))).containsExactly("blob.missing");
  }

  @Test
  void unreadableTable_makesNoContentUseless() throws IOException {
    Path data = Path.of(scratch.lake().settings().dataPath());
    try (var all = Files.walk(data)) {
      for (Path file : all.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        Files.delete(file);
      }
    }
    assertThat(codes(check(FsckRequest.of(Level.EXISTS))))
        .containsExactlyInAnyOrder("file.missing", "unverifiable");
    assertThat(stored()).hasSize(3);
  }
}
