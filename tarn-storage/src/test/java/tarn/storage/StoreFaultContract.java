package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.IF_ABSENT;
import static tarn.storage.Contents.bytes;
import static tarn.storage.Contents.failure;
import static tarn.storage.Contents.keys;
import static tarn.storage.Contents.random;
import static tarn.storage.Contents.read;
import static tarn.storage.Contents.readText;
import static tarn.storage.Contents.text;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.testkit.emulator.Fault;
import tarn.testkit.emulator.FaultProxy;
import tarn.testkit.emulator.HttpHead;

/** What every remote store does when the network or the service fails; one subclass a store. */
@Tag("slow") // it waits for stores that hang
abstract class StoreFaultContract {
  /** As {@link Patience#DEFAULT}, but in a hurry. */
  static final Patience QUICK =
      new Patience(
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(6),
          4,
          Duration.ofMillis(10),
          Duration.ofSeconds(2));

  static final NetworkSettings NETWORK =
      new NetworkSettings(Optional.empty(), new ProxySettings.None(), QUICK);

  private static final int SEVERAL_PARTS = (17 << 20) + 13;

  FaultProxy proxy;
  ObjectStore store;

  /** The emulator's own port. */
  abstract int upstream();

  /** A new and empty store that is reached through a port. */
  abstract ObjectStore openThrough(int port);

  /** Holds for the request that makes the parts of an upload an object. */
  abstract Predicate<HttpHead> completesUpload();

  /** Answers to a request whose credentials are wrong or expired. */
  abstract List<Fault.Answer> credentialsRefused();

  /** The answer to a request whose right is missing, and what the remedy must name. */
  abstract Fault.Answer denied();

  abstract String rightToRead();

  /** Texts that no error may show. */
  abstract List<String> secrets();

  @BeforeEach
  void startProxy() {
    proxy = FaultProxy.before(upstream());
    store = openThrough(proxy.port());
  }

  @AfterEach
  void stopProxy() {
    store.close();
    proxy.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void answer_thatMayPass_isAskedForAgain(int status) {
    store.write("object", text("content"), ALWAYS);
    for (String method : List.of("GET", "HEAD", "PUT")) {
      proxy.plan(method, 2, new Fault.Answer(status, "Planned"));
    }

    assertThat(readText(store, "object")).isEqualTo("content");
    assertThat(store.head("object")).isPresent();
    store.write("object", text("changed"), ALWAYS);

    assertThat(proxy.pending()).isZero();
    assertThat(readText(store, "object")).isEqualTo("changed");
  }

  @Test
  void answer_thatStays_isGivenUp() {
    proxy.plan("GET", 100, new Fault.Answer(503, "SlowDown"));
    proxy.plan("PUT", 100, new Fault.Answer(500, "InternalError"));

    TarnException read =
        failure(ErrorCode.STORAGE_UNREACHABLE, () -> store.read("object", ByteRange.ALL));
    TarnException write =
        failure(ErrorCode.STORAGE_UNREACHABLE, () -> store.write("object", text("x"), ALWAYS));

    assertThat(proxy.requests()).hasSize(8);
    assertThat(read).hasMessageContaining("4 attempts").hasMessageContaining("503");
    assertThat(read.effect()).isEqualTo(Effect.NOTHING_WRITTEN);
    assertThat(write.effect()).isEqualTo(Effect.OUTCOME_UNKNOWN);
  }

  @Test
  void listing_thatFails_isAnError_notAnEmptyStore() {
    store.write("object", text("content"), ALWAYS);
    proxy.plan("GET", 100, new Fault.Answer(503, "SlowDown"));

    failure(ErrorCode.STORAGE_UNREACHABLE, () -> keys(store, ""));
    failure(
        ErrorCode.STORAGE_UNREACHABLE,
        () -> {
          try (Stream<StoredObject> all = ParallelListing.list(store, "", 4)) {
            all.toList();
          }
        });
  }

  @Test
  void pause_thatTheStoreAsksFor_isKept() {
    store.write("object", text("content"), ALWAYS);
    proxy.plan("GET", 1, new Fault.Answer(503, "SlowDown", Map.of("Retry-After", "1")));
    Instant before = Instant.now();

    assertThat(readText(store, "object")).isEqualTo("content");

    assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(990));
  }

  static List<Fault> brokenBodies() {
    return List.of(
        new Fault.ResetAfter(0),
        new Fault.ResetAfter(200_000),
        new Fault.TruncateAfter(0),
        new Fault.TruncateAfter(200_000),
        new Fault.StallAfter(200_000),
        new Fault.Delay(Duration.ofSeconds(4)));
  }

  @ParameterizedTest
  @MethodSource("brokenBodies")
  void read_whoseAnswerBreaksOff_isTakenUpAgain(Fault fault) {
    byte[] content = random(400_000, 1);
    store.write("object", bytes(content), ALWAYS);
    proxy.plan("GET", 2, fault);

    assertThat(Arrays.equals(read(store, "object"), content)).isTrue();
    assertThat(proxy.pending()).isZero();
  }

  @Test
  void read_whoseAnswerIsLate_waitsForIt() {
    byte[] content = random(400_000, 1);
    store.write("object", bytes(content), ALWAYS);
    proxy.reset();
    proxy.plan("GET", 1, new Fault.Delay(Duration.ofMillis(300)));

    assertThat(Arrays.equals(read(store, "object"), content)).isTrue();
    assertThat(proxy.requests()).hasSize(1);
  }

  @Test
  void read_thatBreaksOffInTheMiddle_goesOnWhereItStopped() {
    byte[] content = random(20 << 20, 2);
    store.write("object", bytes(content), ALWAYS);
    proxy.reset();
    proxy.plan(
        head -> head.method().equals("GET") && proxy.requests().size() > 1,
        2,
        new Fault.ResetAfter(1 << 20));

    assertThat(Arrays.equals(read(store, "object"), content)).isTrue();

    assertThat(proxy.pending()).isZero();
    long asked = proxy.requests().stream().filter(each -> each.method().equals("GET")).count();
    assertThat(asked).isBetween(5L, 15L);
  }

  @Test
  void listing_whoseAnswerBreaksOff_isAskedForAgain() {
    for (String key : List.of("a", "b", "c")) {
      store.write(key, text(key), ALWAYS);
    }
    proxy.plan("GET", 1, new Fault.TruncateAfter(300));
    assertThat(keys(store, "")).containsExactly("a", "b", "c");
    proxy.plan("GET", 1, new Fault.ResetAfter(300));
    assertThat(keys(store, "")).containsExactly("a", "b", "c");
    assertThat(proxy.pending()).isZero();
  }

  @Test
  void read_ofAnotherVersionThanAskedFor_isAnError() throws IOException {
    store.write("object", text("content"), ALWAYS);
    StoredObject object = store.head("object").orElseThrow();
    proxy.plan("GET", 1, new Fault.ReplaceHeader("ETag", "\"0123456789abcdef\""));

    failure(ErrorCode.STORAGE_CHANGED, () -> store.read(object, ByteRange.ALL).readAllBytes());
  }

  @Test
  void write_whoseAnswerIsLost_isDoneOnce() {
    for (WriteCondition condition : List.of(ALWAYS, IF_ABSENT)) {
      String key = condition.getClass().getSimpleName();
      proxy.plan("PUT", 1, new Fault.LoseAnswer());

      WrittenObject written = store.write(key, text("content"), condition);

      assertThat(proxy.pending()).isZero();
      assertThat(readText(store, key)).isEqualTo("content");
      assertThat(store.head(key).orElseThrow().etag()).isEqualTo(written.etag());
    }
    StoredObject before = store.head("IfAbsent").orElseThrow();
    proxy.plan("PUT", 1, new Fault.LoseAnswer());
    store.write("IfAbsent", text("changed"), new WriteCondition.IfMatches(before.etag()));
    assertThat(readText(store, "IfAbsent")).isEqualTo("changed");
  }

  @Test
  void write_ofPartsWhoseAnswersAreLost_isDoneOnce() {
    byte[] content = random(SEVERAL_PARTS, 3);
    proxy.plan("PUT", 1, new Fault.LoseAnswer());
    proxy.plan(completesUpload(), 1, new Fault.LoseAnswer());

    WrittenObject written = store.write("large", bytes(content), IF_ABSENT);

    assertThat(proxy.pending()).isZero();
    assertThat(Arrays.equals(read(store, "large"), content)).isTrue();
    assertThat(store.head("large").orElseThrow().etag()).isEqualTo(written.etag());
  }

  @Test
  void write_thatIsRefusedByAnotherWriter_staysRefused() {
    store.write("object", text("theirs"), ALWAYS);
    proxy.plan("PUT", 1, new Fault.Answer(500, "InternalError"));

    failure(ErrorCode.STORAGE_CHANGED, () -> store.write("object", text("mine"), IF_ABSENT));

    assertThat(readText(store, "object")).isEqualTo("theirs");
  }

  @Test
  void write_thatNobodyReads_isSentAgain() {
    byte[] content = random(12 << 20, 4);
    proxy.plan("PUT", 1, new Fault.StallRequest());

    store.write("object", bytes(content), ALWAYS);

    assertThat(proxy.pending()).isZero();
    assertThat(Arrays.equals(read(store, "object"), content)).isTrue();
  }

  @Test
  void write_whoseUploadIsGivenUp_leavesNoObject() {
    proxy.plan(completesUpload(), 100, new Fault.Answer(503, "SlowDown"));

    failure(
        ErrorCode.STORAGE_UNREACHABLE,
        () -> store.write("large", bytes(random(SEVERAL_PARTS, 5)), ALWAYS));

    proxy.reset();
    assertThat(keys(store, "")).isEmpty();
  }

  @Test
  void credentials_thatAreRefused_areToldAtOnce() {
    for (Fault.Answer answer : credentialsRefused()) {
      proxy.reset();
      proxy.plan("GET", 100, answer);

      TarnException failure = failure(ErrorCode.STORAGE_CREDENTIALS, () -> keys(store, ""));

      assertThat(proxy.requests()).hasSize(1);
      assertThat(failure).hasMessageContaining(answer.code());
      assertThat(failure.remedy()).isNotBlank();
    }
  }

  @Test
  void right_thatIsMissing_isNamedAtOnce() {
    proxy.plan("GET", 100, denied());
    proxy.plan("PUT", 100, denied());

    TarnException read =
        failure(ErrorCode.STORAGE_DENIED, () -> store.read("object", ByteRange.ALL));
    TarnException write =
        failure(
            ErrorCode.STORAGE_DENIED,
            () -> store.write("object", bytes(random(10 << 20, 6)), ALWAYS));

    assertThat(proxy.requests()).hasSize(2);
    assertThat(read.remedy()).contains(rightToRead());
    assertThat(write.effect()).isEqualTo(Effect.NOTHING_WRITTEN);
  }

  @Test
  void store_thatIsDown_isUnreachable() {
    FaultProxy gone = FaultProxy.before(upstream());
    try (ObjectStore down = openThrough(gone.port())) {
      gone.close();

      failure(ErrorCode.STORAGE_UNREACHABLE, () -> down.head("object"));
      failure(ErrorCode.STORAGE_UNREACHABLE, () -> keys(down, ""));
      failure(ErrorCode.STORAGE_UNREACHABLE, () -> down.delete(List.of("object")));
    }
  }

  @Test
  void errors_showNoSecret() {
    store.write("object", text("content"), ALWAYS);
    List<Fault> faults =
        List.of(
            new Fault.Answer(403, "Unknown"),
            new Fault.Answer(400, "Unknown"),
            denied(),
            credentialsRefused().getFirst(),
            new Fault.Answer(503, "SlowDown"),
            new Fault.ResetAfter(0));
    for (Fault fault : faults) {
      proxy.reset();
      proxy.plan(head -> true, 100, fault);
      for (Runnable action : actions()) {
        try {
          action.run();
        } catch (TarnException e) {
          assertThat(printed(e)).doesNotContain(secrets());
        }
      }
    }
    assertThat(store.toString() + store.location()).doesNotContain(secrets());
  }

  private List<Runnable> actions() {
    return List.of(
        () -> keys(store, ""),
        () -> read(store, "object"),
        () -> store.head("object"),
        () -> store.write("object", text("x"), ALWAYS),
        () -> store.copy("object", "copy", ALWAYS),
        () -> store.delete(List.of("object")));
  }

  private static String printed(TarnException failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text + failure.remedy();
  }
}
