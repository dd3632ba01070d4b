package tarn.assets.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import tarn.assets.AssetKey;

/** How an asset's table stands to its definition and to what it is made from. */
public sealed interface Condition {

  /** The lake cannot be read, so nobody knows. */
  record Unknown() implements Condition {}

  /**
   * A check of the lake found files damaged that its table needs.
   *
   * @param codes the classes of what was found
   */
  record Damaged(SortedSet<String> codes) implements Condition {
    public Damaged {
      codes = Collections.unmodifiableSortedSet(new TreeSet<>(codes));
    }
  }

  /** It has never been materialized, or its table is gone. */
  record Missing() implements Condition {}

  /** Blocking checks failed the last time; the table holds what it held before. */
  record ChecksFailed(String runId, Instant at) implements Condition {}

  /** Its definition is another one than it was materialized with. */
  record CodeChanged() implements Condition {}

  /** Someone else wrote to its table afterwards. */
  record ChangedByOthers(long snapshot) implements Condition {}

  /** Tables that it is made from have changed since. */
  record InputsChanged(SortedSet<AssetKey> inputs) implements Condition {
    public InputsChanged {
      inputs = Collections.unmodifiableSortedSet(new TreeSet<>(inputs));
    }
  }

  /** Files of a source have come or changed since. */
  record FilesWaiting(int count) implements Condition {}

  /** Its last change is older than its definition allows. */
  record Overdue(Duration age) implements Condition {}

  /** Nothing of the above. */
  record Current() implements Condition {}

  /** One or two words for it, which scripts may rely on. */
  default String word() {
    return switch (this) {
      case Unknown _ -> "unknown";
      case Damaged _ -> "damaged";
      case Missing _ -> "missing";
      case ChecksFailed _ -> "checks_failed";
      case CodeChanged _ -> "code_changed";
      case ChangedByOthers _ -> "changed_by_others";
      case InputsChanged _ -> "inputs_changed";
      case FilesWaiting _ -> "files_waiting";
      case Overdue _ -> "overdue";
      case Current _ -> "current";
    };
  }
}
