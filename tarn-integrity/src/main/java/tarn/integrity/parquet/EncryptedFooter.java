package tarn.integrity.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The footer of an encrypted file: the struct FileCryptoMetaData in plain, then a module of its
 * length, a nonce, the encrypted FileMetaData, and a tag that proves both key and bytes.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encryption/">Parquet modular
 *     encryption</a>
 */
final class EncryptedFooter {
  private static final int LENGTH = 4;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private EncryptedFooter() {}

  static byte[] decrypt(byte[] bytes, int from, int end, byte[] key) throws DamagedFileException {
    byte[][] unique = {new byte[0]};
    CompactReader in = new CompactReader(bytes, from, end);
    in.struct(
        (id, type) -> {
          if (id != 1 || type != CompactReader.STRUCT) {
            return false;
          }
          in.struct((_, _) -> algorithm(in, unique));
          return true;
        });
    int at = in.position();
    if (end - at < LENGTH + NONCE + TAG_BITS / 8) {
      throw new DamagedFileException("its encrypted footer is too short");
    }
    int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    if (length < NONCE + TAG_BITS / 8 || length > end - at - LENGTH) {
      throw new DamagedFileException("its encrypted footer has a wrong length");
    }
    int nonce = at + LENGTH;
    byte[] module = Arrays.copyOfRange(bytes, nonce + NONCE, nonce + length);
    byte[] start = Arrays.copyOfRange(bytes, nonce, nonce + NONCE);
    try {
      // The engine writes no additional data, though the specification asks for it.
      return open(module, start, key, new byte[0]);
    } catch (AEADBadTagException e) {
      byte[] additional = Arrays.copyOf(unique[0], unique[0].length + 1);
      try {
        return open(module, start, key, additional);
      } catch (GeneralSecurityException _) {
        throw new WrongKeyException();
      }
    } catch (GeneralSecurityException e) {
      throw new DamagedFileException("its footer cannot be decrypted: " + e.getMessage());
    }
  }

  private static boolean algorithm(CompactReader in, byte[][] unique) throws DamagedFileException {
    in.struct(
        (id, type) -> {
          if (id != 2 || type != CompactReader.BINARY) {
            return false;
          }
          unique[0] = in.binary();
          return true;
        });
    return true;
  }

  private static byte[] open(byte[] module, byte[] nonce, byte[] key, byte[] additional)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(additional);
    return cipher.doFinal(module);
  }
}
