package tarn.lake.extension;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Held by the one who changes a store: one thread of one process. Killed processes drop it. */
final class StoreLock implements AutoCloseable {
  /** The file lock belongs to the process, so its threads take turns first. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  static StoreLock take(Path store, Consumer<String> notice) throws IOException {
    THREADS.lock();
    try {
      Files.createDirectories(store);
      FileChannel channel =
          FileChannel.open(
              store.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        FileLock lock = channel.tryLock();
        if (lock == null) {
          notice.accept("Waiting for another process that installs extensions …");
          lock = channel.lock();
        }
        return new StoreLock(channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      THREADS.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      THREADS.unlock();
    }
  }
}
