package tarn.integrity.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.integrity.files.LocalFiles;
import tarn.integrity.files.OpenFile;
import tarn.testkit.BareEngine;

class DeletionVectorTest {
  @TempDir Path folder;

  private DeletionVector read(Path file) throws IOException {
    try (OpenFile open = new LocalFiles(folder).open(file.toString())) {
      return DeletionVector.read(open);
    }
  }

  /** Written by DuckLake itself. */
  @ParameterizedTest
  @CsvSource({
    "id = 7, 1, 7",
    "id % 1000 = 999, 200, 199999",
    "id < 150000, 150000, 149999",
    "id > 50000 AND id % 3 = 0, 50000, 199998",
    "id % 2 = 0, 100000, 199998"
  })
  void vector_countsWhatWasDeleted(String condition, long positions, long highest)
      throws IOException {
    try (BareEngine engine = BareEngine.start()) {
      engine.execute("LOAD ducklake");
      engine.execute(
          "ATTACH 'ducklake:%1$s/c.ducklake' AS lake (DATA_PATH '%1$s/data/', DATA_INLINING_ROW_LIMIT 0)"
              .formatted(folder));
      engine.execute("CALL lake.set_option('write_deletion_vectors', true)");
      engine.execute("CREATE TABLE lake.t AS SELECT i AS id FROM range(200000) t(i)");
      engine.execute("DELETE FROM lake.t WHERE " + condition);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      Path vector =
          files.filter(each -> each.toString().endsWith(".puffin")).findAny().orElseThrow();
      assertThat(read(vector)).isEqualTo(new DeletionVector(positions, highest));
    }
  }

  /** A container of runs, which DuckLake does not write and the format allows. */
  @Test
  void vector_mayHoldRuns() throws IOException {
    Path file = folder.resolve("runs.puffin");
    Files.write(file, vector(runs()));

    // Rows 3 to 12 and 65,000 to 65,000 of the second 65,536.
    assertThat(read(file)).isEqualTo(new DeletionVector(11, 65_536 + 65_000));
  }

  private static byte[] runs() {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(1).putInt(0);
    bytes.putInt(12347).put((byte) 1).putShort((short) 1).putShort((short) (11 - 1));
    bytes.putShort((short) 2);
    bytes.putShort((short) 3).putShort((short) 9);
    bytes.putShort((short) 65_000).putShort((short) 0);
    return java.util.Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static byte[] vector(byte[] bitmaps) {
    ByteBuffer bytes = ByteBuffer.allocate(bitmaps.length + 12);
    bytes.putInt(bitmaps.length + 4).putInt(0xD1D33964).put(bitmaps);
    CRC32 checksum = new CRC32();
    checksum.update(bytes.array(), 4, bitmaps.length + 4);
    return bytes.putInt((int) checksum.getValue()).array();
  }

  @Test
  void everyFlippedBit_isNoticed() throws IOException {
    byte[] bytes = vector(runs());
    Path file = folder.resolve("damaged.puffin");
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);
      assertThatThrownBy(() -> read(file)).isInstanceOf(DamagedFileException.class);
    }
  }

  @Test
  void bitmapOfWrongForm_isRefusedThoughItsChecksumIsRight() throws IOException {
    Path file = folder.resolve("wrong.puffin");
    byte[] wrong = runs();
    wrong[8 + 4] = 99;
    Files.write(file, vector(wrong));
    assertThatThrownBy(() -> read(file)).isInstanceOf(DamagedFileException.class);
    Files.write(file, vector(java.util.Arrays.copyOf(runs(), 20)));
    assertThatThrownBy(() -> read(file)).isInstanceOf(DamagedFileException.class);
  }
}
