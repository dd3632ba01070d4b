package tarn.integrity.files;

import java.io.IOException;

/** A file that is being read. */
public interface OpenFile extends AutoCloseable {
  /** In bytes, when it was opened. */
  long size();

  /**
   * Reads bytes at an offset.
   *
   * @return how many were read: as many as asked for unless the file ends before
   */
  int read(long offset, byte[] into, int length) throws IOException;

  @Override
  void close() throws IOException;
}
