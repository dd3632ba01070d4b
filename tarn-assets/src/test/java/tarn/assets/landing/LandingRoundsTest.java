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
import tarn.assets.WriteMode;
import tools.jackson.databind.JsonNode;

/**
 * Files that come, change, move and go over several rounds, some of them dirty: after each round
 * the table and the quarantine hold what Python says.
 */
class LandingRoundsTest {
  private static final LandingSource SOURCE =
      LandingStation.csv(
          Map.of("delim", ","), "id BIGINT", "name VARCHAR", "day DATE", "amount DECIMAL(10,2)");

  @TempDir Path folder;

  @Test
  void appendedFiles_areThereOnce() throws Exception {
    compare("append", 1, 3);
  }

  @Test
  void replacedFiles_areThoseThatAreThere() throws Exception {
    compare("replace", 4, 6);
  }

  @Test
  @Tag("endurance")
  void manyRounds() throws Exception {
    compare("append", 10, 60);
    compare("replace", 10, 60);
  }

  private void compare(String mode, int first, int last) throws Exception {
    for (int seed = first; seed <= last; seed++) {
      Path home = Files.createDirectories(folder.resolve(mode + seed));
      try (LandingStation station = new LandingStation(home)) {
        int number = 0;
        for (JsonNode round : Python.json("rounds.py", seed, mode)) {
          deliver(station, home.resolve("landing"), round.path("operations"));
          station.land(
              SOURCE, mode.equals("append") ? new WriteMode.Append() : new WriteMode.Replace());
          compare(station, round, "%s, seed %d, round %d".formatted(mode, seed, number++));
        }
      }
    }
  }

  private static void compare(LandingStation station, JsonNode round, String where) {
    List<String> expected = new ArrayList<>();
    for (JsonNode row : round.path("rows")) {
      List<String> values = new ArrayList<>();
      row.forEach(value -> values.add(value.isNull() ? "NULL" : value.asString()));
      expected.add(String.join("|", values));
    }
    assertThat(station.rows("id, name, day, amount, _source_file"))
        .as("rows, %s", where)
        .containsExactlyInAnyOrderElementsOf(expected);
    List<String> malformed = new ArrayList<>();
    round.path("malformed").forEach(line -> malformed.add(line.asString()));
    assertThat(station.malformedLines())
        .as("quarantine, %s", where)
        .containsExactlyInAnyOrderElementsOf(malformed);
  }

  private static void deliver(LandingStation station, Path landing, JsonNode operations)
      throws IOException {
    for (JsonNode operation : operations) {
      String name = operation.path("name").asString();
      switch (operation.path("kind").asString()) {
        case "write" -> station.file(name, operation.path("text").asString());
        case "delete" -> Files.delete(landing.resolve(name));
        case "rename" ->
            Files.move(landing.resolve(name), landing.resolve(operation.path("to").asString()));
        default -> throw new AssertionError(operation);
      }
    }
  }
}
