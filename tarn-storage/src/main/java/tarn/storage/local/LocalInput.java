package tarn.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import tarn.storage.ByteRange;
import tarn.storage.ObjectInput;
import tarn.storage.StoredObject;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Request;

/**
 * Reads a part of a file. One that is replaced goes on being read as it was; one that is changed in
 * place is an error.
 */
final class LocalInput extends ObjectInput {
  private final FileChannel channel;
  private final Path file;
  private final Request request;
  private final StoredObject object;
  private final long end;
  private long position;

  private LocalInput(
      FileChannel channel, Path file, Request request, StoredObject object, ByteRange range) {
    this.channel = channel;
    this.file = file;
    this.request = request;
    this.object = object;
    this.position = range.offset();
    this.end = range.end(object.size());
  }

  static LocalInput open(
      Path file, String key, ByteRange range, Optional<String> etag, Request request)
      throws IOException {
    // Opening comes between two looks, so that what is told is of the file that is open.
    for (int attempt = 0; ; attempt++) {
      StoredObject object = look(file, key);
      if (etag.isPresent() && !etag.get().equals(object.etag())) {
        throw Errors.changed(request, null);
      }
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        if (look(file, key).equals(object)) {
          return new LocalInput(channel, file, request, object, range);
        }
        channel.close();
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      if (attempt == 10) {
        throw Errors.changed(request, null);
      }
    }
  }

  private static StoredObject look(Path file, String key) throws IOException {
    BasicFileAttributes attributes =
        Stat.of(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
    if (!attributes.isRegularFile()) {
      throw new NoSuchFileException(file.toString(), null, "no file");
    }
    return Stat.object(key, attributes);
  }

  @Override
  public StoredObject object() {
    return object;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    try {
      int wanted = (int) Math.min(length, end - position);
      if (wanted <= 0) {
        requireUnchanged();
        return -1;
      }
      int count = channel.read(ByteBuffer.wrap(into, offset, wanted), position);
      if (count < 0) {
        throw Errors.changed(request, null);
      }
      position += count;
      return count;
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }

  /** The same file with another length or time was written to while it was read. */
  private void requireUnchanged() throws IOException {
    Optional<BasicFileAttributes> now = Stat.of(file);
    if (now.isPresent()
        && !Stat.etag(now.get()).equals(object.etag())
        && Stat.inode(now.get()).equals(object.etag().split("-", 2)[0])) {
      throw Errors.changed(request, null);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw LocalFailures.error(request, e);
    }
  }
}
