package tarn.assets.landing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.FileFormat;
import tools.jackson.databind.JsonNode;

/**
 * Generated dirty files against Python: every record of a file is a row or in the quarantine, with
 * the values that Python's json module reads and on the line where the generator put it.
 */
class DirtyJsonTest {
  @TempDir Path folder;

  @Test
  void everyRecord_isARowOrInTheQuarantine() throws Exception {
    compare(20_261_123L, 40);
  }

  @Test
  @Tag("endurance")
  void everyRecord_isARowOrInTheQuarantine_inManyFiles() throws Exception {
    for (long seed = 1; seed <= 50; seed++) {
      compare(seed, 60);
    }
  }

  private void compare(long seed, int count) throws IOException, InterruptedException {
    Path home = Files.createDirectories(folder.resolve("seed" + seed));
    Path landing = Files.createDirectories(home.resolve("landing"));
    JsonNode files = Python.json("dirty_json.py", landing, seed, count);
    try (LandingStation station = new LandingStation(home)) {
      for (JsonNode file : files) {
        compare(station, file, seed);
      }
    }
  }

  private static void compare(LandingStation station, JsonNode file, long seed) {
    String name = file.path("name").asString();
    LandingSource source =
        LandingStation.source(
            FileFormat.valueOf(file.path("format").asString()),
            "landing/" + name,
            Map.of(),
            LandingSource.QuarantineThreshold.NONE,
            "id BIGINT",
            "name VARCHAR",
            "day DATE",
            "amount DECIMAL(10,2)",
            "codes INTEGER[]");
    LandingResult result = station.land(source);
    List<String> expected = new ArrayList<>();
    file.path("rows").forEach(row -> expected.add(text(row)));
    String of = " WHERE _source_file = 'landing/" + name + "'";
    assertThat(
            station
                .scratch()
                .rows("SELECT id, name, day, amount, codes::VARCHAR FROM raw.visits" + of))
        .as("seed %d, rows of %s", seed, file)
        .containsExactlyInAnyOrderElementsOf(expected);
    List<String> lines = new ArrayList<>();
    file.path("malformed").forEach(line -> lines.add(line.asString()));
    List<String> quarantined =
        station.quarantined().isEmpty()
            ? List.of()
            : station
                .scratch()
                .rows("SELECT line FROM raw.visits_quarantine" + of + " ORDER BY line");
    assertThat(quarantined).as("seed %d, quarantine of %s", seed, file).isEqualTo(lines);
    assertThat(result.landedRows()).isEqualTo(expected.size());
    assertThat(result.malformedRows()).isEqualTo(lines.size());
  }

  private static String text(JsonNode row) {
    List<String> values = new ArrayList<>();
    row.forEach(value -> values.add(value.isNull() ? "NULL" : value.asString()));
    return String.join("|", values);
  }
}
