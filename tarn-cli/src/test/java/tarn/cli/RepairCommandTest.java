package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;
import tools.jackson.databind.JsonNode;

class RepairCommandTest {
  private static final String ALL = "FROM ward.visit ORDER BY ALL";

  @TempDir Path folder;
  private Path station;
  private Specimen lake;
  private List<String> rows;

  @BeforeEach
  void makeStation() throws IOException {
    station = Files.createDirectories(folder.toRealPath().resolve("ward-7"));
    Files.writeString(
        station.resolve("station.toml"), "name = 'test'\n[engine]\nmemory_limit = '1GB'\n");
    lake = Specimen.make(LakeShape.PLAIN, station);
    rows = lake.askLake(ALL);
  }

  private TypedCommand.Ended tarn(String... arguments) {
    return TypedCommand.in(station).run(arguments);
  }

  private Path oldestFile() throws IOException {
    try (Stream<Path> files = Files.walk(lake.data().resolve("ward/visit"))) {
      return files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
    }
  }

  @Test
  void lostFile_comesBackFromAReplicaAndGoesAgainWhenUndone() throws IOException {
    Path file = oldestFile();
    Path copy = folder.resolve("replica/ward/visit").resolve(file.getFileName());
    Files.createDirectories(copy.getParent());
    Files.move(file, copy);
    String replica = folder.resolve("replica").toString();

    assertThat(tarn("repair", "plan", "--replica", replica).exitingWith(0).out())
        .contains("file.missing", "restore", "No row is lost");
    assertThat(tarn("repair", "apply", "--dry-run").exitingWith(0).out())
        .contains("would be done", "Nothing was changed.");
    assertThat(file).doesNotExist();
    String repair =
        tarn("repair", "apply", "--json").exitingWith(0).json().path("repair").asString();
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    tarn("fsck").exitingWith(0);

    assertThat(tarn("repair", "undo", repair).exitingWith(0).out()).contains("taken back: 1");
    assertThat(file).doesNotExist();
    tarn("fsck").exitingWith(1);
    assertThat(tarn("repair", "undo", repair).exitingWith(2).err()).contains(repair);
  }

  @Test
  void orphan_isMovedToQuarantineAndPurged() throws IOException {
    Path orphan = lake.data().resolve("ward/visit/left.parquet");
    Files.copy(oldestFile(), orphan);

    JsonNode young =
        tarn("repair", "plan", "--dry-run", "--json").exitingWith(0).json().at("/steps/0");
    assertThat(young.path("code").asString()).isEqualTo("orphan");
    assertThat(young.path("do").asBoolean()).isFalse();
    assertThat(station.resolve("repair-plan.json")).doesNotExist();
    tarn("repair", "plan", "mine.json", "--age", "0s").exitingWith(0);
    tarn("repair", "apply", "mine.json").exitingWith(0);
    assertThat(orphan).doesNotExist();
    tarn("fsck").exitingWith(0);
    assertThat(tarn("repair", "purge").exitingWith(0).out()).startsWith("0 files");
    assertThat(tarn("repair", "purge", "--age", "0s", "--dry-run").exitingWith(0).out())
        .contains("left.parquet", "1 files");
    assertThat(tarn("repair", "purge", "--age", "0s", "--json").exitingWith(0).json().path("files"))
        .hasSize(1);
    assertThat(tarn("repair", "purge", "--age", "0s").exitingWith(0).out()).startsWith("0 files");
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
  }

  @Test
  void planThatCannotBeUsed_isRefused() throws IOException {
    assertThat(tarn("repair", "apply").exitingWith(2).err()).contains("repair-plan.json");
    Files.writeString(station.resolve("repair-plan.json"), "{\"version\": 9}");
    assertThat(tarn("repair", "apply").exitingWith(2).err()).contains("version");
    assertThat(tarn("repair", "undo").exitingWith(2).err()).contains("Missing argument");
    assertThat(tarn("repair", "undo", "../lake").exitingWith(2).err()).contains("no repair");
  }
}
