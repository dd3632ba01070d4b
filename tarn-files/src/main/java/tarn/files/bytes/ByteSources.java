package tarn.files.bytes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;
import tarn.storage.ObjectStore;
import tarn.storage.StoredObject;

/** Sources of every kind. */
public final class ByteSources {
  private ByteSources() {}

  public static ByteSource of(byte[] bytes) {
    return new OfArray(bytes);
  }

  /** An open file, which stays the caller's. */
  public static ByteSource of(FileChannel file) {
    try {
      return new OfFile(file, file.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object of a store: each read is one request of a range. */
  public static ByteSource of(ObjectStore store, StoredObject object) {
    return new OfObject(store, object);
  }

  // Sources are never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record OfArray(byte[] content) implements ByteSource {
    @Override
    public long size() {
      return content.length;
    }

    @Override
    public int read(long position, byte[] into) {
      int count = Math.clamp(content.length - position, 0, into.length);
      if (count > 0) {
        System.arraycopy(content, (int) position, into, 0, count);
      }
      return count;
    }
  }

  private record OfFile(FileChannel file, long size) implements ByteSource {
    @Override
    public int read(long position, byte[] into) {
      ByteBuffer buffer = ByteBuffer.wrap(into);
      try {
        int count = 0;
        while (count >= 0 && buffer.hasRemaining()) {
          count = file.read(buffer, position + buffer.position());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return buffer.position();
    }
  }

  private record OfObject(ObjectStore store, StoredObject object) implements ByteSource {
    @Override
    public long size() {
      return object.size();
    }

    @Override
    public int read(long position, byte[] into) {
      if (position >= object.size() || into.length == 0) {
        return 0;
      }
      try (ObjectInput input = store.read(object, ByteRange.of(position, into.length))) {
        return input.readNBytes(into, 0, into.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
