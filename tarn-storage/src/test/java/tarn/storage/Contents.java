package tarn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Short ways to say what a test writes, reads and expects. */
final class Contents {
  static final WriteCondition ALWAYS = new WriteCondition.Always();
  static final WriteCondition IF_ABSENT = new WriteCondition.IfAbsent();

  private Contents() {}

  static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  static InputStream bytes(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  /** Bytes that look like nothing, the same for the same seed. */
  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static byte[] read(ObjectStore store, String key) {
    return read(store, key, ByteRange.ALL);
  }

  static byte[] read(ObjectStore store, String key, ByteRange range) {
    return drained(store.read(key, range));
  }

  static String readText(ObjectStore store, String key) {
    return new String(read(store, key), UTF_8);
  }

  static byte[] drained(ObjectInput input) {
    try (input) {
      return input.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> keys(ObjectStore store, String prefix) {
    return objects(store, prefix).stream().map(StoredObject::key).sorted().toList();
  }

  static List<StoredObject> objects(ObjectStore store, String prefix) {
    try (Stream<StoredObject> objects = store.list(prefix)) {
      return objects.toList();
    }
  }

  static TarnException failure(ErrorCode code, ThrowingCallable action) {
    TarnException failure =
        assertThatExceptionOfType(TarnException.class).isThrownBy(action).actual();
    if (failure.code() != code) {
      throw new AssertionError("not " + code + " but " + failure.code(), failure);
    }
    return failure;
  }
}
