package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.io.WritingProcess.Asset;
import tarn.testkit.ScratchLake;

/** A process is killed at random moments while it materializes; the next one finds all in order. */
@Tag("slow")
class KilledWriterTest {
  @TempDir Path folder;
  private final Map<Asset, Long> acknowledged = new EnumMap<>(Asset.class);

  @Test
  void killedWriter_leavesWhatItAcknowledgedAndNoHalf() throws Exception {
    kill(8, new Random(11));
  }

  @Test
  void writerKilledAsItMakesTheLake_leavesOneThatOpens() throws Exception {
    Random random = new Random(5);
    for (int kill = 0; kill < 3; kill++) {
      acknowledged.clear();
      Path lake = folder.resolve("lake" + kill);
      killOnce(lake, "started", 0, random.nextDouble() * 5);
      verify(lake);
    }
  }

  @Test
  @Tag("endurance")
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void writerKilledTwoHundredTimes_leavesWhatItAcknowledgedAndNoHalf() throws Exception {
    kill(200, new Random(200));
  }

  private void kill(int times, Random random) throws Exception {
    for (int kill = 0; kill < times; kill++) {
      killOnce(folder, "ready", random.nextInt(6), random.nextDouble() * 2);
      verify(folder);
    }
    assertThat(acknowledged.get(Asset.LOG)).isGreaterThan(times / 3);
  }

  /**
   * Kills a writer after it has said {@code after} and then acknowledged so many writes.
   *
   * @param further how much longer it lives, in times of what a write took
   */
  private void killOnce(Path lake, String after, int writes, double further) throws Exception {
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(WritingProcess.command(List.of(), "loop", lake.toString()))
            .redirectError(errors.toFile())
            .start();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.equals(after)) {
        line = lines.readLine();
      }
      assertThat(line).as(() -> text(errors)).isEqualTo(after);
      long begun = System.nanoTime();
      for (int write = 0; write < writes; write++) {
        acknowledge(lines.readLine());
      }
      long took = writes == 0 ? 300_000_000 : (System.nanoTime() - begun) / writes;
      Thread.sleep(Math.round(took * further / 1_000_000));
      assertThat(process.isAlive()).as(() -> text(errors)).isTrue();
      // Not Process.destroyForcibly, which throws away what was said last.
      process.toHandle().destroyForcibly();
      process.waitFor();
      for (line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledge(line);
      }
    }
  }

  private void acknowledge(@Nullable String line) {
    String[] words = line == null ? new String[0] : line.split(" ");
    if (words.length == 2) {
      acknowledged.put(Asset.valueOf(words[0]), Long.parseLong(words[1]));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void verify(Path place) {
    try (ScratchLake lake = ScratchLake.in(place)) {
      for (Asset asset : Asset.values()) {
        long known = acknowledged.getOrDefault(asset, 0L);
        long version = WritingProcess.version(lake, asset);
        // What was committed just before the kill may not have been acknowledged.
        assertThat(version).as(asset + "").isBetween(known, known + 1);
        acknowledged.put(asset, version);
        if (version > 0) {
          assertThat(lake.rows(content(asset))).isEqualTo(expected(asset, version));
          history(lake, asset, version);
        }
      }
      assertThat(
              lake.rows(
                  "SELECT data_file_id FROM __ducklake_metadata_lake.ducklake_delete_file"
                      + " WHERE end_snapshot IS NULL GROUP BY 1 HAVING count(*) > 1"))
          .isEmpty();
    }
  }

  private static String content(Asset asset) {
    return "SELECT version, count(*), sum(id)::BIGINT FROM "
        + asset.key().table().quoted()
        + " GROUP BY version ORDER BY version";
  }

  private static List<String> expected(Asset asset, long version) {
    return switch (asset) {
      case WHOLE -> List.of(line(version, 20_000));
      case LOG -> LongStream.rangeClosed(1, version).mapToObj(each -> line(each, 500)).toList();
      case MERGED -> List.of(line(version, WritingProcess.mergedRows(version)));
    };
  }

  private static String line(long version, long rows) {
    return version + "|" + rows + "|" + rows * (rows - 1) / 2;
  }

  private static void history(ScratchLake lake, Asset asset, long version) {
    String recorded =
        "FROM _tarn.materializations WHERE outcome = 'written' AND asset_key = '"
            + asset.key()
            + "'";
    assertThat(lake.value("SELECT count(*) " + recorded)).isEqualTo(Long.toString(version));
    assertThat(
            lake.value(
                "SELECT count(DISTINCT commit_extra_info->>'run_id') FROM ducklake_snapshots('lake')"
                    + " WHERE commit_extra_info->>'asset_key' = '"
                    + asset.key()
                    + "'"))
        .isEqualTo(Long.toString(version));
    assertThat(lake.value("SELECT data_version " + recorded + " ORDER BY snapshot_id DESC LIMIT 1"))
        .isEqualTo(
            lake.value(
                "SELECT format('v1:1.5.5:{}:{:032x}', count(*),"
                    + " sum((hash(hash(version, id)) >> 1)::BIGINT)) FROM "
                    + asset.key().table().quoted()));
  }
}
