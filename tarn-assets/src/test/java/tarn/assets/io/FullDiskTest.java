package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.io.IoManager.RunIdentity;
import tarn.testkit.ScratchLake;

/** A process meets the end of the disk: of a file that may not grow, and of a real file system. */
@Tag("slow")
class FullDiskTest {
  private static final String LARGE =
      "SELECT range AS id, hash(range)::VARCHAR || hash(range + 1)::VARCHAR AS v FROM range(3000000)";
  private static final String SORTED = "SELECT * FROM (" + LARGE + ") ORDER BY v";

  @TempDir Path folder;

  @BeforeEach
  void makeLake() {
    try (ScratchLake lake = ScratchLake.in(folder)) {
      new IoManager(lake.lake(), new RunIdentity("first", "tester"))
          .handleOutput(
              AssetKey.of("t"),
              Output.relation("SELECT 1::BIGINT AS id, 'a' AS v"),
              Plans.of(Plans.REPLACE));
    }
  }

  /** What a process says that runs behind a shell's command. */
  private List<String> said(String shell, String memoryLimit, String query) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", shell + " exec \"$@\"", "bash"));
    command.addAll(
        WritingProcess.command(List.of(), "fill", folder.toString(), memoryLimit, query));
    Path errors = folder.resolve("errors.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as(() -> lines + "\n" + text(errors)).isZero();
    return lines;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void dataFileThatMayNotGrow_isAFullStoreThatLeavesTheLakeAsItWas() throws Exception {
    List<String> lines = said("ulimit -f 20000;", "500MB", LARGE);

    assertThat(lines.get(1)).isEqualTo("STORAGE_FULL NOTHING_WRITTEN");
    assertThat(lines.get(2)).contains(folder.resolve("lake/data").toString());
    assertThat(lines.subList(3, 6)).containsExactly("rows [1]", "files 1", "rows [7]");
  }

  @Test
  void temporaryFileThatMayNotGrow_isAFullStoreThatLeavesTheLakeAsItWas() throws Exception {
    List<String> lines = said("ulimit -f 20000;", "120MB", SORTED);

    assertThat(lines.get(1)).isEqualTo("STORAGE_FULL NOTHING_WRITTEN");
    assertThat(lines.get(2)).contains(folder.resolve("temp").toString());
    assertThat(lines.subList(3, 6)).containsExactly("rows [1]", "files 1", "rows [7]");
    try (Stream<Path> files = Files.walk(folder.resolve("temp"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  /** Only where this user may mount a file system of their own, which not every machine allows. */
  @Test
  void fullFileSystem_isAFullStoreThatLeavesTheLakeAsItWas() throws Exception {
    Path lake = folder.resolve("lake");
    String mount = "mount -t tmpfs -o size=60m tmpfs '" + lake + "'";
    Process trial = new ProcessBuilder("unshare", "-rm", "bash", "-c", mount).start();
    assumeTrue(trial.waitFor() == 0, "this user may not mount a file system");
    // The lake is copied into it, since nobody else sees what is mounted there.
    Path script = folder.resolve("inside.sh");
    Files.writeString(
        script,
        "set -e\ncp -a '%s' '%s-copy'\n%s\ncp -a '%s-copy/.' '%s/'\nexec \"$@\"\n"
            .formatted(lake, lake, mount, lake, lake));
    List<String> lines = said("set -- unshare -rm bash '" + script + "' \"$@\";", "500MB", LARGE);

    assertThat(lines.get(1)).isEqualTo("STORAGE_FULL NOTHING_WRITTEN");
    assertThat(lines.subList(3, 6)).containsExactly("rows [1]", "files 1", "rows [7]");
  }
}
