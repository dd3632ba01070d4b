package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LargeWriteTest {
  private static final long MEGABYTE = 1_000_000;

  @TempDir Path folder;

  @Test
  void relationLargerThanMemory_isWrittenWithoutARowInTheHeap() throws Exception {
    Process process =
        new ProcessBuilder(
                WritingProcess.command(
                    List.of("-Xmx64m"),
                    "measure",
                    folder.toString(),
                    "256MB",
                    "SELECT range AS id, hash(range)::VARCHAR || hash(range + 1)::VARCHAR AS v"
                        + " FROM range(12000000)"))
            .redirectErrorStream(true)
            .start();
    Map<String, Long> said =
        process
            .inputReader()
            .lines()
            .filter(line -> line.matches("\\w+ \\d+"))
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf(' ')),
                    line -> Long.parseLong(line.substring(line.indexOf(' ') + 1))));

    assertThat(process.waitFor()).isZero();
    assertThat(said).containsEntry("rows", 12_000_000L);
    assertThat(said.get("bytes")).isGreaterThan(256 * MEGABYTE);
    assertThat(said.get("allocated")).isLessThan(50 * MEGABYTE);
    assertThat(said.get("resident")).isLessThan((256 + 400) * MEGABYTE);
  }
}
