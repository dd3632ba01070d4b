package tarn.integrity.repair;

import java.util.Optional;
import java.util.stream.Stream;

/** What a step of a plan does, from the best to the last resort. */
public enum Action {
  /** Puts identical bytes in the file's place. */
  RESTORE("restore"),
  /** Writes what a file that is proven right says of itself into the catalog. */
  CORRECT_RECORD("correct-record"),
  /** Takes statistics away that are wrong: without them the engine reads more and answers right. */
  FORGET_STATISTICS("forget-statistics"),
  /** Takes a file that is needed off the list of those to be removed. */
  KEEP_FILE("keep-file"),
  /** Removes rows of the catalog that belong to nothing. */
  REMOVE_STALE_ROWS("remove-stale-rows"),
  /** Ends the older of two rows that describe one table or column at once. */
  END_OLDER_ROWS("end-older-rows"),
  /** Moves a file that no snapshot needs out of the data path. */
  QUARANTINE("quarantine"),
  /**
   * Ends a lost file's life in a snapshot of its own, so that the rest of its table is readable.
   */
  TOMBSTONE("tombstone"),
  /** Nothing that a program should do by itself. */
  NONE("none");

  private final String text;

  Action(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  static Optional<Action> of(String text) {
    return Stream.of(values()).filter(each -> each.text.equals(text)).findFirst();
  }
}
