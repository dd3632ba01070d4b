package tarn.lake;

import java.time.Instant;

/** A moment of a lake's history. */
public sealed interface AsOf {

  /** Right after this snapshot. */
  record Version(long snapshot) implements AsOf {}

  /** What was the newest snapshot at this time. */
  record Time(Instant time) implements AsOf {}

  /** As ATTACH wants it. */
  default String attachOption() {
    return switch (this) {
      case Version(long snapshot) -> "SNAPSHOT_VERSION " + snapshot;
      case Time(Instant time) -> "SNAPSHOT_TIME " + Sql.literal(time.toString());
    };
  }
}
