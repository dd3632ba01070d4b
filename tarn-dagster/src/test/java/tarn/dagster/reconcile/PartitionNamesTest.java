package tarn.dagster.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionNamesTest {

  @Test
  void aColumn_isItsValue() {
    assertThat(PartitionNames.keyOf("region=north", List.of("south", "north"))).contains("north");
    assertThat(PartitionNames.keyOf("region=a=b", List.of("a=b"))).contains("a=b");
    assertThat(PartitionNames.keyOf("region=west", List.of("south", "north"))).isEmpty();
  }

  @Test
  void yearMonthAndDay_areTheDay() {
    List<String> days = List.of("2026-05-03", "2026-05-04");
    assertThat(PartitionNames.keyOf("day=2026, day=5, day=4", days)).contains("2026-05-04");
    assertThat(PartitionNames.keyOf("day=2026, day=12, day=4", days)).isEmpty();
  }

  @Test
  void aMonth_isItsFirstDay() {
    List<String> months = List.of("2026-04-01", "2026-05-01");
    assertThat(PartitionNames.keyOf("day=2026, day=5", months)).contains("2026-05-01");
  }

  @Test
  void anHour_hasMinutes() {
    assertThat(
            PartitionNames.keyOf(
                "t=2026, t=5, t=4, t=7", List.of("2026-05-04-06:00", "2026-05-04-07:00")))
        .contains("2026-05-04-07:00");
  }

  @Test
  void severalDimensions_areInDagstersOrder() {
    List<String> keys = List.of("2026-05-04|a", "2026-05-04|b");
    assertThat(PartitionNames.keyOf("ward=b, day=2026, day=5, day=4", keys))
        .contains("2026-05-04|b");
  }

  @Test
  void whatIsNoPartition_isNone() {
    assertThat(PartitionNames.keyOf("everything", List.of("everything"))).isEmpty();
  }
}
