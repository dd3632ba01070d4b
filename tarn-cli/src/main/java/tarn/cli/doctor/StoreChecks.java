package tarn.cli.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.TarnException;
import tarn.storage.ByteRange;
import tarn.storage.Listed;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.StoredObject;
import tarn.storage.WriteCondition;
import tarn.storage.connect.Stores;

/** Whether the data's store lets this station list, write, read and delete, tried on an object. */
final class StoreChecks {
  private static final String SUBJECT = "data";
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final ObjectStore store;
  private final String probe = "_tarn_doctor/" + UUID.randomUUID();
  private final byte[] content = probe.getBytes(StandardCharsets.UTF_8);
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private Duration slowest = Duration.ZERO;

  private StoreChecks(ObjectStore store) {
    this.store = store;
  }

  static List<Finding> run(StoreLocation location, StoreSettings settings) {
    try (ObjectStore store = Stores.open(location, settings)) {
      return new StoreChecks(store).probe();
    } catch (TarnException e) {
      return List.of(Finding.failed(SUBJECT, e));
    }
  }

  private List<Finding> probe() {
    if (tried("listed", this::list) && tried("written to", this::write)) {
      tried("read", this::read);
      tried("deleted from", () -> store.delete(List.of(probe)));
    }
    if (findings.stream().noneMatch(each -> each.verdict() == Finding.Verdict.FAILED)) {
      findings.addFirst(
          Finding.ok(
              SUBJECT,
              "%s can be %s; the slowest answer took %s"
                  .formatted(store.location(), String.join(", ", done), Human.duration(slowest))));
    }
    return findings;
  }

  /** Whether it is worth trying the next. */
  private boolean tried(String what, Runnable request) {
    Instant begun = Instant.now();
    try {
      request.run();
      done.add(what);
      Duration took = Duration.between(begun, Instant.now());
      slowest = took.compareTo(slowest) > 0 ? took : slowest;
      return true;
    } catch (TarnException e) {
      findings.add(Finding.failed(SUBJECT, e));
      // A right may be missing while others are there; a store that is not there has none.
      return e.code() == ErrorCode.STORAGE_DENIED;
    }
  }

  private void list() {
    try (Stream<Listed> children = store.children("")) {
      long _ = children.limit(1).count();
    }
  }

  private void write() {
    store.write(probe, new ByteArrayInputStream(content), new WriteCondition.IfAbsent());
  }

  private void read() {
    StoredObject object =
        store
            .head(probe)
            .orElseThrow(
                () ->
                    new TarnException(
                        ErrorCode.STORAGE_NOT_FOUND,
                        store.location() + probe + " was written and is not there.",
                        "Look at the store: it does not keep what it takes."));
    try (InputStream read = store.read(probe, ByteRange.ALL)) {
      if (!Arrays.equals(read.readAllBytes(), content)) {
        findings.add(
            Finding.failed(
                SUBJECT,
                store.location() + probe + " reads as something else than was written",
                "Look at the store: it does not keep what it takes."));
      }
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "Reading " + store.location() + probe + " broke off: " + e.getMessage(),
          "Run `tarn doctor` again.",
          e);
    }
    Duration skew = Duration.between(object.modified(), Instant.now()).abs();
    if (skew.compareTo(SKEW) > 0) {
      findings.add(
          Finding.warning(
              SUBJECT,
              "the store's clock differs from this machine's by " + Human.duration(skew),
              "Keep this machine's clock right with NTP: stores refuse requests of a wrong one."));
    }
  }
}
