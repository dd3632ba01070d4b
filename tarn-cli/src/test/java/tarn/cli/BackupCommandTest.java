package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;
import tools.jackson.databind.JsonNode;

class BackupCommandTest {
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

  @Test
  void backup_isVerifiedAndRestored() throws IOException {
    JsonNode made =
        tarn("backup", folder.resolve("backups").toString(), "--data", "--json")
            .exitingWith(0)
            .json();
    String backup = made.path("backup").asString();
    assertThat(made.path("files_not_copied")).isEmpty();
    lake.changeLake("DROP TABLE ward.visit");

    assertThat(tarn("restore", backup, "--verify").exitingWith(0).out())
        .contains("can be restored");
    assertThat(lake.askLake("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'visit'"))
        .containsExactly("0");
    assertThat(tarn("restore", backup).exitingWith(0).out()).contains("was restored");
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    tarn("fsck").exitingWith(0);

    assertThat(tarn("backup").exitingWith(2).err()).contains("Missing argument");
    assertThat(tarn("restore", "nowhere").exitingWith(2).err()).contains("nowhere");
  }

  @Test
  void maintenance_keepsTheRowsAndRefusesADamagedLake() throws IOException {
    assertThat(tarn("maintain", "--dry-run", "--keep", "0s").exitingWith(0).out())
        .contains("ward.visit", "would be forgotten");
    JsonNode report =
        tarn("maintain", "--keep", "0s", "--remove-after", "0s", "--json").exitingWith(0).json();
    assertThat(report.path("snapshots_expired").asInt()).isPositive();
    assertThat(report.path("files_removed").asInt()).isPositive();
    assertThat(lake.askLake(ALL)).isEqualTo(rows);
    tarn("fsck", "--level", "content").exitingWith(0);

    try (var files = Files.walk(lake.data().resolve("ward/visit"))) {
      Files.delete(files.filter(Files::isRegularFile).findFirst().orElseThrow());
    }
    assertThat(tarn("maintain").exitingWith(3).err()).contains("file.missing", "tarn repair");
  }
}
