package tarn.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.Operation;

class PagesTest {
  private static final Request REQUEST = new Request(Operation.LIST, "s3://bucket/");

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void pages_areOneStream_inTheirOrder() {
    try (Stream<Integer> all =
        Pages.<Integer, Integer>stream(REQUEST, executor, token -> page(token, 5))) {
      assertThat(all).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
    }
    assertThat(asked).hasValue(5);
  }

  @Test
  void pages_areAskedForOneAhead() {
    try (Stream<Integer> all =
        Pages.<Integer, Integer>stream(REQUEST, executor, token -> page(token, 1000))) {
      assertThat(asked).hasValue(0);
      assertThat(all.limit(15)).hasSize(15);
    }
    assertThat(asked.get()).isBetween(2, 3);
  }

  @Test
  void page_thatFails_isAnError_notTheEnd() {
    List<Integer> seen = new ArrayList<>();
    try (Stream<Integer> all =
        Pages.stream(
            REQUEST,
            executor,
            (Optional<Integer> token) -> {
              if (token.orElse(0) == 2) {
                throw new TarnException(ErrorCode.STORAGE_UNREACHABLE, "planned", "none");
              }
              return page(token, 5);
            })) {
      assertThatExceptionOfType(TarnException.class).isThrownBy(() -> all.forEach(seen::add));
    }
    assertThat(seen).hasSize(20);
  }

  private Page<Integer, Integer> page(Optional<Integer> token, int pages) {
    asked.incrementAndGet();
    int number = token.orElse(0);
    return new Page<>(
        IntStream.range(10 * number, 10 * number + 10).boxed().toList(),
        number + 1 < pages ? Optional.of(number + 1) : Optional.empty());
  }
}
