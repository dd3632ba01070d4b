package tarn.storage.internal;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tarn.base.TarnException;

/**
 * Keys that no store holds as they are written, or that something on the way would read otherwise.
 */
public final class KeyRules {
  private static final int MOST_BYTES = 1024;

  private KeyRules() {}

  /**
   * @param prefix the store's own
   * @param key below it
   * @param target both for messages
   * @throws tarn.base.TarnException {@code storage.key-invalid}
   */
  public static void check(String prefix, String key, String target) {
    if (key.isEmpty()) {
      throw Errors.keyInvalid(target, "the name is empty");
    }
    if (key.indexOf('\0') >= 0) {
      throw Errors.keyInvalid(target.replace("\0", "\\0"), "it holds a NUL character");
    }
    if (length(prefix + key, target) > MOST_BYTES) {
      throw Errors.keyInvalid(target, "it is longer than " + MOST_BYTES + " bytes");
    }
    for (String segment : key.split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw Errors.keyInvalid(
            target, "a segment `" + segment + "` is taken for a way through folders");
      }
    }
  }

  /**
   * The same of a key that is to be written: one that ends in a slash is what stores take for a
   * folder.
   */
  public static void checkToWrite(String prefix, String key, String target) {
    check(prefix, key, target);
    if (key.endsWith("/")) {
      throw refused(target, "it ends in a slash");
    }
  }

  /**
   * @param why a clause without a full stop
   */
  public static TarnException refused(String target, String why) {
    return Errors.keyInvalid(target, why);
  }

  private static int length(String key, String target) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(key)).remaining();
    } catch (CharacterCodingException e) {
      throw Errors.keyInvalid(target, "it is no valid Unicode");
    }
  }
}
