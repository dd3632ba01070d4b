package tarn.testkit.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server on a free port of 127.0.0.1, with a folder for its data. It ends with this process, also
 * when that is killed: a shell between the two reads from a pipe whose other end only this process
 * holds, and at the pipe's end kills the server and removes its folder.
 */
final class EmulatorProcess implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 3;

  private static final String WATCH =
      """
      folder=$1; shift
      exec 3<&0
      "$@" </dev/null 3<&- &
      server=$!
      { cat <&3 >/dev/null; kill -9 $server 2>/dev/null; sleep 0.1; rm -rf "$folder"; } &
      exec 3<&-
      wait $server
      """;

  private final Process shell;
  private final Path folder;
  private final int port;

  private EmulatorProcess(Process shell, Path folder, int port) {
    this.shell = shell;
    this.folder = folder;
    this.port = port;
  }

  /** What starts a server, given its folder and its port. */
  @FunctionalInterface
  interface Command {
    List<String> on(Path folder, int port) throws IOException;
  }

  static EmulatorProcess start(String name, Command command, Map<String, String> environment) {
    try {
      for (int attempt = 1; ; attempt++) {
        EmulatorProcess process = launch(name, command, environment);
        if (process.answers()) {
          return process;
        }
        String log = Files.readString(process.log());
        process.close();
        // Another process may have taken the port in between.
        if (attempt == ATTEMPTS) {
          throw new AssertionError(name + " did not start: " + log);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EmulatorProcess launch(
      String name, Command command, Map<String, String> environment) throws IOException {
    Path folder = Files.createTempDirectory("tarn-" + name + "-");
    int port = freePort();
    List<String> line = new ArrayList<>(List.of("sh", "-c", WATCH, "sh", folder.toString()));
    line.addAll(command.on(folder, port));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    return new EmulatorProcess(builder.start(), folder, port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() throws IOException {
    Instant end = Instant.now().plus(LONGEST_START);
    while (shell.isAlive() && Instant.now().isBefore(end)) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return true;
      } catch (IOException e) {
        pause();
      }
    }
    return false;
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while a server started", e);
    }
  }

  int port() {
    return port;
  }

  Path folder() {
    return folder;
  }

  private Path log() {
    return folder.resolve("log");
  }

  /** The server's own process and the shell's, for tests of their end. */
  List<ProcessHandle> processes() {
    List<ProcessHandle> all = new ArrayList<>(shell.descendants().toList());
    all.add(shell.toHandle());
    return all;
  }

  @Override
  public void close() {
    try {
      shell.getOutputStream().close();
      shell.waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
