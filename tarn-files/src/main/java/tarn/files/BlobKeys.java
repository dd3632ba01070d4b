package tarn.files;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How blobs are called in their store: {@code sha256/ab/abcd…}. */
final class BlobKeys {
  static final String PREFIX = "sha256/";

  /** Uploads whose digest is not known yet. */
  static final String INCOMING = "incoming/";

  private static final Pattern KEY = Pattern.compile("sha256/([0-9a-f]{2})/(\\1[0-9a-f]{62})");
  private static final Pattern END =
      Pattern.compile(".*/(sha256/([0-9a-f]{2})/\\2[0-9a-f]{62})", Pattern.DOTALL);

  private BlobKeys() {}

  static String of(String sha256) {
    return PREFIX + sha256.substring(0, 2) + "/" + sha256;
  }

  /** The digest that a key stands for; empty when it is no blob's. */
  static Optional<String> digest(String key) {
    Matcher matcher = KEY.matcher(key);
    return matcher.matches() ? Optional.of(matcher.group(2)) : Optional.empty();
  }

  /**
   * The key at the end of a reference's URI. A lake whose files were moved elsewhere is read by it:
   * the URI's beginning says only where they lay when it was written.
   */
  static Optional<String> ofUri(String uri) {
    Matcher matcher = END.matcher(uri);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
