package tarn.storage.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import tarn.storage.internal.Interruption;
import tarn.storage.internal.Request;

/**
 * Lets one writer at a time compare and replace, among the threads of this process and the others.
 */
final class PlaceLock {
  /**
   * The system's lock is one per process, so threads need one of their own, whoever opened the
   * store.
   */
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantLock threads;

  PlaceLock(Path file) {
    this.file = file;
    this.threads = THREADS.computeIfAbsent(file, each -> new ReentrantLock());
  }

  void whileHeld(Request request, Step step) throws IOException {
    try {
      threads.lockInterruptibly();
    } catch (InterruptedException e) {
      throw Interruption.during(request);
    }
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (held.isValid()) {
        step.run();
      }
    } finally {
      threads.unlock();
    }
  }

  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }
}
