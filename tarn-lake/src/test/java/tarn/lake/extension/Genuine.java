package tarn.lake.extension;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A really signed binary of this engine and platform, and copies of it that were tampered with. */
final class Genuine {
  /** The smallest of the standard ones. */
  static final String NAME = "httpfs";

  private static final AtomicReference<@Nullable Path> FILE = new AtomicReference<>();
  private static final int FOOTER = 512;
  private static final int SIGNATURE = 256;

  private Genuine() {}

  /** The store that the set-up fills. */
  static Path store() {
    return Path.of(
        Objects.requireNonNull(System.getProperty("tarn.checkout")), ".tarn", "extensions");
  }

  /** Brought on first use, then remembered: a trial of it takes a third of a second. */
  static Path file() {
    Path known = FILE.get();
    if (known != null) {
      return known;
    }
    ExtensionStore store = new ExtensionStore(store());
    store.ensure(List.of(NAME));
    Path file = store.list(List.of(NAME)).getFirst().file();
    FILE.set(file);
    return file;
  }

  static byte[] bytes() throws Exception {
    return Files.readAllBytes(file());
  }

  static byte[] withOneBitFlipped() throws Exception {
    byte[] bytes = bytes();
    bytes[bytes.length / 2] ^= 1;
    return bytes;
  }

  static byte[] withOneBitOfTheSignatureFlipped() throws Exception {
    byte[] bytes = bytes();
    bytes[bytes.length - 1] ^= 1;
    return bytes;
  }

  static byte[] withoutSignature() throws Exception {
    byte[] bytes = bytes();
    for (int index = bytes.length - SIGNATURE; index < bytes.length; index++) {
      bytes[index] = 0;
    }
    return bytes;
  }

  static byte[] withoutItsEnd() throws Exception {
    byte[] bytes = bytes();
    return Arrays.copyOf(bytes, bytes.length - 1000);
  }

  /** One field of the footer is a text of at most 32 bytes; the new one must be no longer. */
  static byte[] claiming(String field, String instead) throws Exception {
    byte[] bytes = bytes();
    byte[] old = field.getBytes(StandardCharsets.ISO_8859_1);
    for (int start = bytes.length - FOOTER; start < bytes.length - SIGNATURE; start++) {
      if (Arrays.equals(bytes, start, start + old.length, old, 0, old.length)) {
        byte[] replacement = instead.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(replacement, 0, bytes, start, replacement.length);
        return bytes;
      }
    }
    throw new AssertionError("the footer does not hold " + field);
  }
}
