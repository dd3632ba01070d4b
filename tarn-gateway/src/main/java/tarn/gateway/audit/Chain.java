package tarn.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** How one line of the trail vouches for all before it (spec/audit.md). */
final class Chain {
  /** What the first line of all follows. */
  static final String START = "0".repeat(64);

  private static final String FIELD = ",\"hash\":\"";

  private Chain() {}

  /** The line with its hash as its last field. */
  static String seal(String previous, String content) {
    return content.substring(0, content.length() - 1) + FIELD + hash(previous, content) + "\"}";
  }

  static String hash(String previous, String content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(previous.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
      return HexFormat.of().formatHex(digest.digest(content.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The hash that a line bears; empty when it bears none. */
  static String hashOf(String line) {
    int at = line.lastIndexOf(FIELD);
    return at >= 0 && line.length() == at + FIELD.length() + 66 && line.endsWith("\"}")
        ? line.substring(at + FIELD.length(), line.length() - 2)
        : "";
  }

  /** A line without its hash, as it was hashed. */
  static String contentOf(String line) {
    return line.substring(0, line.lastIndexOf(FIELD)) + "}";
  }
}
