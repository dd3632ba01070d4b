package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AmountsTest {
  @Test
  void span_isASumOfParts() {
    assertThat(Amounts.span("90s")).contains(Duration.ofSeconds(90));
    assertThat(Amounts.span("30m")).contains(Duration.ofMinutes(30));
    assertThat(Amounts.span("1d12h")).contains(Duration.ofHours(36));
    assertThat(Amounts.span(" 2W ")).contains(Duration.ofDays(14));
    assertThat(Amounts.span("30")).isEmpty();
    assertThat(Amounts.span("200GB")).isEmpty();
    assertThat(Amounts.span("m")).isEmpty();
  }

  @Test
  void bytes_areInDecimalUnits() {
    assertThat(Amounts.bytes("1B")).contains(1L);
    assertThat(Amounts.bytes("200GB")).contains(200_000_000_000L);
    assertThat(Amounts.bytes("1.5 tb")).contains(1_500_000_000_000L);
    assertThat(Amounts.bytes("10k")).contains(10_000L);
    assertThat(Amounts.bytes("soon")).isEmpty();
    assertThat(Amounts.bytes("-1GB")).isEmpty();
  }
}
