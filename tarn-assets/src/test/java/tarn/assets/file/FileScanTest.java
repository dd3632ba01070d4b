package tarn.assets.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.BareEngine;

class FileScanTest {
  @TempDir Path folder;

  private static final byte[] LINES = lines();

  private static byte[] lines() {
    StringBuilder lines = new StringBuilder();
    for (int line = 0; line < 100_000; line++) {
      lines.append(line).append(",value").append(line % 977).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private FileScan scan(String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    return FileScan.of(file, Compression.of(file));
  }

  @Test
  void digest_isThatOfTheFileAsItLies() throws IOException {
    // sha256sum of the three bytes "abc", from FIPS 180-2.
    assertThat(scan("a.txt", "abc".getBytes(StandardCharsets.US_ASCII)).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void packedFile_isDigestedAsItLies_andReadUnpacked() throws IOException {
    byte[] packed = gzip("a\0b".getBytes(StandardCharsets.US_ASCII));
    FileScan plain = scan("plain.bin", packed);
    FileScan gzip = scan("a.csv.gz", packed);
    assertThat(gzip.sha256()).isEqualTo(plain.sha256());
    assertThat(gzip.holdsNul()).isTrue();
    assertThat(gzip.damage()).isEmpty();
  }

  @Test
  void truncatedGzip_isDamaged_whereverItIsCut() throws IOException {
    byte[] packed = gzip(LINES);
    assertThat(scan("whole.gz", packed).damage()).isEmpty();
    for (int length : new int[] {0, 5, packed.length / 2, packed.length - 9, packed.length - 1}) {
      assertThat(scan("cut.gz", Arrays.copyOf(packed, length)).damage())
          .as("%d", length)
          .isPresent();
    }
  }

  @Test
  void flippedBitInGzip_isDamage() throws IOException {
    byte[] packed = gzip(LINES);
    packed[packed.length / 2] ^= 1;
    assertThat(scan("flipped.gz", packed).damage()).isPresent();
  }

  @Test
  void gzipOfSeveralMembers_isReadToItsEnd() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip("a\n".getBytes(StandardCharsets.US_ASCII)));
    members.write(gzip("\0\n".getBytes(StandardCharsets.US_ASCII)));
    FileScan scan = scan("members.gz", members.toByteArray());
    assertThat(scan.damage()).isEmpty();
    assertThat(scan.holdsNul()).isTrue();
  }

  @Test
  void truncatedZstandard_isDamaged() throws IOException {
    Path whole = folder.resolve("whole.csv.zst");
    try (BareEngine engine = BareEngine.start()) {
      engine.execute(
          "COPY (SELECT i, 'value' || (i % 977) FROM range(100000) r(i)) TO '"
              + whole
              + "' (FORMAT csv, COMPRESSION zstd)");
    }
    byte[] packed = Files.readAllBytes(whole);
    assertThat(scan("whole2.zst", packed).damage()).isEmpty();
    for (int length : new int[] {3, packed.length / 2, packed.length - 1}) {
      assertThat(scan("cut.zst", Arrays.copyOf(packed, length)).damage())
          .as("%d", length)
          .isPresent();
    }
  }
}
