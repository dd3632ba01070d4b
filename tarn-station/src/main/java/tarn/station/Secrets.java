package tarn.station;

import java.util.Locale;
import java.util.regex.Pattern;

/** Tells what looks like a secret, which must stand in no file and in no message. */
final class Secrets {
  private static final Pattern NAME =
      Pattern.compile(
          "passw|passphrase|pwd$|secret|credential|token|access_?key|account_?key|api_?key|private_?key|connection_?string|sas_?url");
  private static final Pattern VALUE =
      Pattern.compile(
          "://[^/?#\\s]*:[^/?#\\s]*@" // a password in a URL, which may hold an @ of its own
              + "|\\b(password|passwd|pwd|secret|token|accountkey|sharedaccesskey|api_?key)\\s*[=:]"
              + "|[?&](sig|signature|x-amz-signature|x-amz-credential)="
              + "|\\bAKIA[0-9A-Z]{16}\\b"
              + "|-----BEGIN",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  static boolean isName(String key) {
    return NAME.matcher(key.toLowerCase(Locale.ROOT).replace('-', '_')).find();
  }

  static boolean isIn(String value) {
    return VALUE.matcher(value).find();
  }

  /** The value as a message may show it. */
  static String hidden(String value) {
    return isIn(value) ? "(hidden: it looks like a secret)" : "`" + value + "`";
  }
}
