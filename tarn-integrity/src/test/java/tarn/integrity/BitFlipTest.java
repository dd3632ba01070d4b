package tarn.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.testkit.Checkout;
import tarn.testkit.ScratchLake;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

/** Single bits flipped anywhere in any file: how many of them each level notices. */
class BitFlipTest {
  @TempDir Path folder;

  @Test
  void flippedBits_areAllFoundInTheContents() throws IOException {
    Map<Level, Integer> noticed = campaign(LakeShape.WITH_DELETES, 12, List.of());
    assertThat(noticed).containsEntry(Level.CONTENT, 12);
  }

  /** Prints a row of the table in docs/concepts/integrity.md. */
  @ParameterizedTest
  @EnumSource(names = {"WITH_DELETES", "WITH_DELETION_VECTORS", "ENCRYPTED"})
  @Tag("endurance")
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void flippedBits_areCountedForEachLevel(LakeShape shape) throws IOException {
    Map<Level, Integer> noticed =
        campaign(shape, 400, List.of(Level.EXISTS, Level.FOOTER, Level.DECODE));
    System.out.println(shape + " " + noticed);
    assertThat(noticed).containsEntry(Level.CONTENT, 400);
  }

  /**
   * @param alone levels that are tried without a ledger, so that what they notice they notice by
   *     themselves
   */
  private Map<Level, Integer> campaign(LakeShape shape, int flips, List<Level> alone)
      throws IOException {
    Specimen plain = Specimen.make(shape, folder.resolve(shape + "-plain"));
    Specimen recorded = plain.copyTo(folder.resolve(shape + "-recorded"));
    Specimens.check(recorded, Level.CONTENT);
    Random random = new Random(20261123);
    Map<Level, Integer> noticed = new EnumMap<>(Level.class);
    try (Lake without =
            Lake.open(
                ScratchLake.settings(plain.folder(), "1GB"), Access.READ, Checkout.extensions());
        Lake with = Specimens.open(recorded)) {
      List<String> files = files(with);
      for (int flip = 0; flip < flips; flip++) {
        String file = files.get(random.nextInt(files.size()));
        int bit = random.nextInt((int) Files.size(plain.data().resolve(file)) * 8);
        byte[] original = flip(plain.data().resolve(file), bit);
        flip(recorded.data().resolve(file), bit);
        for (Level level : alone) {
          if (!Fsck.run(without, FsckRequest.of(level)).findings().isEmpty()) {
            noticed.merge(level, 1, Integer::sum);
          }
        }
        FsckReport report = Fsck.run(with, FsckRequest.of(Level.CONTENT));
        assertThat(report.findings())
            .as("bit %d of %s: %s", bit, file, Specimens.lines(report))
            .hasSize(1)
            .allMatch(finding -> finding.subject().endsWith(file));
        noticed.merge(Level.CONTENT, 1, Integer::sum);
        Files.write(plain.data().resolve(file), original);
        Files.write(recorded.data().resolve(file), original);
      }
    }
    return noticed;
  }

  /** Flips one bit and returns what the file was. */
  private static byte[] flip(Path file, int bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    byte[] damaged = bytes.clone();
    damaged[bit / 8] ^= (byte) (1 << (bit % 8));
    Files.write(file, damaged);
    return bytes;
  }

  /** Data and delete files of {@code ward.visit}, below the data path. */
  private static List<String> files(Lake lake) {
    try (var session = lake.catalogSession()) {
      return session.query(
          """
          SELECT 'ward/visit/' || path FROM (FROM %1$s.ducklake_data_file
            UNION ALL BY NAME FROM %1$s.ducklake_delete_file)
          WHERE table_id = (SELECT table_id FROM %1$s.ducklake_table WHERE table_name = 'visit')
          ORDER BY 1"""
              .formatted(Lake.METADATA),
          row -> String.valueOf(row.getString(1)));
    }
  }
}
