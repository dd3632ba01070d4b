package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.failure;
import static tarn.storage.Contents.text;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.storage.StoreListener.StoreRequest;
import tarn.storage.internal.Request;
import tarn.storage.internal.Retrying;
import tarn.storage.internal.Verdict;
import tarn.storage.local.LocalStores;

class StoreListenersTest {
  private final List<StoreRequest> heard = Collections.synchronizedList(new ArrayList<>());
  private final StoreListener listener = heard::add;

  @BeforeEach
  void listen() {
    StoreListeners.add(listener);
  }

  @AfterEach
  void forget() {
    StoreListeners.remove(listener);
  }

  /** Without their times, and only of one kind of store: others may run beside this one. */
  private List<StoreRequest> heard(String backend) {
    return List.copyOf(heard).stream()
        .filter(request -> request.backend().equals(backend))
        .map(
            request ->
                new StoreRequest(
                    backend,
                    request.operation(),
                    request.attempts(),
                    Duration.ZERO,
                    request.failure()))
        .toList();
  }

  private static StoreRequest request(
      String backend, Operation operation, int attempts, Optional<ErrorCode> failure) {
    return new StoreRequest(backend, operation, attempts, Duration.ZERO, failure);
  }

  @Test
  void folder_saysWhatWasAsked(@TempDir Path folder) {
    try (ObjectStore store = LocalStores.open(new StoreLocation.Folder(folder))) {
      store.write("a", text("content"), ALWAYS);
      store.head("a");
      failure(ErrorCode.STORAGE_NOT_FOUND, () -> store.read("missing", ByteRange.ALL));
    }
    assertThat(heard("folder"))
        .containsExactly(
            request("folder", Operation.WRITE, 1, Optional.empty()),
            request("folder", Operation.HEAD, 1, Optional.empty()),
            request("folder", Operation.READ, 1, Optional.of(ErrorCode.STORAGE_NOT_FOUND)));
  }

  @Test
  void requestThatIsSentAgain_isOneWithItsAttempts() throws Exception {
    Patience quick =
        new Patience(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            3,
            Duration.ofMillis(1),
            Duration.ofMillis(2));
    Retrying retrying =
        new Retrying("retried", quick, (_, e) -> new Verdict.Passing(String.valueOf(e)));
    Request asked = new Request(Operation.HEAD, "s3://bucket/key");
    int[] left = {2};
    retrying.call(
        asked,
        () -> {
          if (left[0]-- > 0) {
            throw new java.io.IOException("passing");
          }
          return true;
        });
    failure(
        ErrorCode.STORAGE_UNREACHABLE,
        () ->
            retrying.call(
                asked,
                () -> {
                  throw new java.io.IOException("for ever");
                }));
    assertThat(heard("retried"))
        .containsExactly(
            request("retried", Operation.HEAD, 3, Optional.empty()),
            request("retried", Operation.HEAD, 3, Optional.of(ErrorCode.STORAGE_UNREACHABLE)));
  }
}
