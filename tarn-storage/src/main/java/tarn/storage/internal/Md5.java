package tarn.storage.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The sum by which Azure and a client see whether bytes were damaged on their way. */
public final class Md5 {
  private Md5() {}

  public static byte[] of(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static boolean matches(byte[] bytes, byte[] sum) {
    return MessageDigest.isEqual(of(bytes), sum);
  }
}
