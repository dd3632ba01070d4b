package tarn.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.integrity.ledger.IntegritySummary;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;

/** What is known of a lake without a look at its files. */
class IntegritySummaryTest {
  @TempDir Path folder;

  private static IntegritySummary summary(Specimen specimen) {
    try (Lake lake = Specimens.open(specimen);
        Session session = lake.catalogSession()) {
      return IntegritySummary.read(session);
    }
  }

  private static String stamp(Specimen specimen) {
    try (Lake lake = Specimens.open(specimen);
        Session session = lake.catalogSession()) {
      return IntegritySummary.stamp(session);
    }
  }

  /** Those of tables: what the newest snapshot needs is all that lies there. */
  private static List<Path> files(Specimen specimen) throws IOException {
    try (Stream<Path> files = Files.walk(specimen.data())) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  @Test
  void lakeThatWasNeverChecked_isUnverified() {
    Specimen lake = Specimen.make(LakeShape.PLAIN, folder.resolve("lake"));
    IntegritySummary summary = summary(lake);
    assertThat(summary.unverified()).isPositive();
    assertThat(summary.verified()).isZero();
    assertThat(summary.succeeded()).isEmpty();
    assertThat(summary.oldest().orElseThrow())
        .isBetween(Instant.now().minusSeconds(600), Instant.now());
  }

  @Test
  void check_makesFilesVerified_andALostOneDamaged() throws IOException {
    Specimen lake = Specimen.make(LakeShape.PLAIN, folder.resolve("lake"));
    long all = summary(lake).unverified();
    String before = stamp(lake);
    Instant began = Instant.now();
    Specimens.check(lake, Level.FOOTER);
    assertThat(summary(lake).succeeded())
        .containsOnlyKeys(Level.CATALOG, Level.EXISTS, Level.FOOTER);
    assertThat(summary(lake).verified()).isZero();
    Specimens.check(lake, Level.CONTENT);

    IntegritySummary whole = summary(lake);
    assertThat(whole.verified()).isEqualTo(all);
    assertThat(whole.unverified()).isZero();
    assertThat(whole.bytesRead()).isGreaterThanOrEqualTo(whole.verifiedBytes());
    assertThat(whole.oldest().orElseThrow()).isAfterOrEqualTo(began);
    assertThat(whole.succeeded()).containsKey(Level.CONTENT).doesNotContainKey(Level.DECODE);
    assertThat(stamp(lake)).isNotEqualTo(before);

    Path lost = files(lake).getFirst();
    long size = Files.size(lost);
    Files.delete(lost);
    Specimens.check(lake, Level.EXISTS);
    IntegritySummary damaged = summary(lake);
    assertThat(damaged.damaged()).isEqualTo(1);
    assertThat(damaged.verified()).isEqualTo(all - 1);
    assertThat(damaged.verifiedBytes()).isEqualTo(whole.verifiedBytes() - size);
    assertThat(damaged.findings())
        .containsExactly(
            Map.entry(FindingClass.FILE_MISSING, new IntegritySummary.OpenFindings(1, size)));
  }
}
