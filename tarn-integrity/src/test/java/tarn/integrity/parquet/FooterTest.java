package tarn.integrity.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.integrity.files.OpenFile;
import tarn.testkit.BareEngine;

/** The engine's own reader of footers is the witness. */
class FooterTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeFile() {
    file = folder.resolve("types.parquet");
    try (BareEngine engine = BareEngine.start()) {
      engine.execute(
          """
          COPY (SELECT i AS a, -i::INTEGER AS b, i * 1.5 AS c, 'n' || i AS d, DATE '1960-01-01'
            + i::INTEGER AS e, [i, NULL] AS f, {'x': i, 'y': {'z': 'k'}} AS g, NULL::BIGINT AS h,
            i %% 2 = 0 AS k, uuid() AS l, i::UBIGINT AS m, MAP {i: 'v'} AS n
            FROM range(1, 5001) t(i))
          TO '%s' (FORMAT parquet, ROW_GROUP_SIZE 2048, FIELD_IDS {a: 7, b: 8, d: 9})"""
              .formatted(file));
    }
  }

  private Footer read() throws IOException {
    return read(Files.readAllBytes(file));
  }

  private static Footer read(byte[] bytes) throws IOException {
    return Parquet.footer(new InMemory(bytes), Optional.empty(), Optional.empty());
  }

  private static final class InMemory implements OpenFile {
    private final byte[] bytes;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public int read(long offset, byte[] into, int length) {
      int available = Math.max(0, (int) Math.min(length, bytes.length - offset));
      System.arraycopy(bytes, (int) offset, into, 0, available);
      return available;
    }

    @Override
    public void close() {}
  }

  @Test
  void footer_saysWhatTheEngineReads() throws IOException {
    List<String> expected;
    try (BareEngine engine = BareEngine.start()) {
      expected =
          engine.rows(
              """
              SELECT replace(path_in_schema, ', ', '.'), sum(num_values)::BIGINT,
                sum(stats_null_count)::BIGINT, sum(total_compressed_size)::BIGINT
              FROM parquet_metadata('%s') GROUP BY path_in_schema, column_id ORDER BY column_id"""
                  .formatted(file));
    }
    Footer footer = read();

    assertThat(footer.rows()).isEqualTo(5000);
    assertThat(
            footer.leaves().stream()
                .map(
                    leaf ->
                        "%s|%d|%d|%d"
                            .formatted(
                                leaf.name(),
                                leaf.values(),
                                leaf.nulls().orElse(-1L),
                                leaf.bytes())))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void footer_hasFieldNumbersAndBounds() throws IOException {
    List<Leaf> leaves = read().leaves();

    assertThat(leaves.get(0).fieldId()).contains(7);
    assertThat(leaves.get(2).fieldId()).isEmpty();
    assertThat(bounds(leaves.get(0))).isEqualTo("1 5000");
    assertThat(bounds(leaves.get(1))).isEqualTo("-5000 -1");
    assertThat(bounds(leaves.get(2))).isEqualTo("1.5 7500.0");
    assertThat(bounds(leaves.get(3))).isEqualTo("n1 n999");
    // Days since 1970: 1960-01-02 and 1973-09-10.
    assertThat(bounds(leaves.get(4))).isEqualTo("-3652 1347");
    assertThat(leaves.stream().filter(leaf -> leaf.name().equals("h")).findFirst().orElseThrow())
        .satisfies(leaf -> assertThat(leaf.nulls()).contains(5000L))
        .satisfies(leaf -> assertThat(leaf.lowest()).isEmpty());
  }

  private static String bounds(Leaf leaf) {
    return leaf.lowest().orElseThrow().display() + " " + leaf.highest().orElseThrow().display();
  }

  @Test
  void footer_isReadWithAWrongExpectedLength() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Footer expected = read();
    for (long length : new long[] {0, 1, 100, bytes.length, 1L << 40}) {
      assertThat(Parquet.footer(new InMemory(bytes), Optional.of(length), Optional.empty()))
          .isEqualTo(expected);
    }
  }

  @Test
  void fileThatIsNotWhole_isRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 4, 11, 12, 100, bytes.length - 1}) {
      assertThatThrownBy(() -> read(Arrays.copyOf(bytes, length)))
          .isInstanceOf(DamagedFileException.class);
    }
    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 3)))
        .isInstanceOf(DamagedFileException.class);
    assertThatThrownBy(() -> read("PAR1 but no more PAR1".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(DamagedFileException.class);
  }

  @Test
  void damagedFooter_isRefusedOrReadButNeverBreaksTheReader() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = read().length();
    int refused = 0;
    for (int at = bytes.length - 8 - length; at < bytes.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) (1 << bit);
        try {
          read(damaged);
        } catch (DamagedFileException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(length / 2);
  }

  @Test
  void randomBytes_neverBreakTheReader() {
    Random random = new Random(20261123);
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = new byte[12 + random.nextInt(300)];
      random.nextBytes(bytes);
      int length = random.nextInt(bytes.length - 11);
      System.arraycopy("PAR1".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 4);
      System.arraycopy("PAR1".getBytes(StandardCharsets.US_ASCII), 0, bytes, bytes.length - 4, 4);
      bytes[bytes.length - 8] = (byte) length;
      bytes[bytes.length - 7] = (byte) (length >>> 8);
      bytes[bytes.length - 6] = 0;
      bytes[bytes.length - 5] = 0;
      assertThatThrownBy(() -> read(bytes)).isInstanceOf(DamagedFileException.class);
    }
  }
}
