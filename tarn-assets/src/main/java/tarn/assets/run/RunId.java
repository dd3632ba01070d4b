package tarn.assets.run;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/** Names a run: a UUID of version 7 (RFC 9562), so that later runs sort after earlier ones. */
final class RunId {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RunId() {}

  static String at(Instant time) {
    long random = RANDOM.nextLong();
    long high = (time.toEpochMilli() << 16) | 0x7000 | (random & 0x0FFF);
    long low = (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
