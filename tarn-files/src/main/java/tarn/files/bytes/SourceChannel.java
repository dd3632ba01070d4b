package tarn.files.bytes;

import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A source for libraries that read channels. */
public final class SourceChannel implements SeekableByteChannel {
  private final ByteSource source;
  private long position;

  public SourceChannel(ByteSource source) {
    this.source = source;
  }

  @Override
  public int read(ByteBuffer into) {
    if (position >= source.size()) {
      return -1;
    }
    byte[] bytes = new byte[(int) Math.min(into.remaining(), source.size() - position)];
    int count = source.read(position, bytes);
    into.put(bytes, 0, count);
    position += count;
    return count;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long to) {
    position = to;
    return this;
  }

  @Override
  public long size() {
    return source.size();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
