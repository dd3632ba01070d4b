package tarn.cli.query;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Lets the engine write into a stream of this program: COPY writes to a pipe by the name that Linux
 * gives it, and what comes out is passed on while the engine goes on writing. The engine says when
 * the query failed half way, which the driver's own streamed results do not.
 */
final class EnginePipe {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private static final int ATTEMPTS = 100;

  private EnginePipe() {}

  static boolean isPossible() {
    return Files.isDirectory(DESCRIPTORS);
  }

  /**
   * @param engine writes everything to the file of the name it is given
   * @throws IOException when {@code out} takes no more
   * @throws RuntimeException what {@code engine} throws; a part of its output may have been passed
   *     on
   */
  static void run(Consumer<String> engine, OutputStream out) throws IOException {
    Named pipe = open();
    CompletableFuture<Void> passedOn =
        CompletableFuture.runAsync(() -> pass(pipe, out), EnginePipe::start);
    Optional<RuntimeException> failure = Optional.empty();
    try {
      engine.accept(pipe.name());
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    }
    // An engine that could not write says so, but what counts is why the reader went away.
    Optional<IOException> stopped = end(pipe, passedOn);
    if (stopped.isPresent()) {
      throw stopped.get();
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static void start(Runnable task) {
    Thread.ofPlatform().daemon().name("result").start(task);
  }

  private static void pass(Named pipe, OutputStream out) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
    try (ReadableByteChannel source = pipe.pipe().source()) {
      while (source.read(buffer) >= 0) {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      out.flush();
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private static Optional<IOException> end(Named pipe, CompletableFuture<Void> passedOn)
      throws IOException {
    pipe.pipe().sink().close();
    try {
      passedOn.join();
      return Optional.empty();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException stopped) {
        return Optional.of(stopped);
      }
      throw e;
    }
  }

  private record Named(Pipe pipe, String name) {}

  /** The JDK does not tell a pipe's name: it is what was not there before. */
  private static synchronized Named open() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Map<String, Path> before = pipes();
      Pipe pipe = Pipe.open();
      Map<String, Path> opened = pipes();
      opened.keySet().removeAll(before.keySet());
      if (opened.size() == 1) {
        return new Named(pipe, opened.values().iterator().next().toString());
      }
      // Another thread opened one at the same time, and which is which cannot be told.
      pipe.sink().close();
      pipe.source().close();
    }
    throw new IOException("The pipe that was just opened cannot be told from others");
  }

  /** The process's open pipes by what Linux calls them; either end's name leads to the pipe. */
  private static Map<String, Path> pipes() throws IOException {
    Map<String, Path> found = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path each : all) {
        String target = target(each);
        if (target.startsWith("pipe:")) {
          found.put(target, each);
        }
      }
    }
    return found;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // It was closed in the meantime.
    }
  }
}
