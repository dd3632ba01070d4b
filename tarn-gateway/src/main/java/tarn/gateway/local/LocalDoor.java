package tarn.gateway.local;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tarn.base.Json;
import tarn.station.Station;

/**
 * Runs commands of this machine's user in the service, which alone has the catalog open. It listens
 * on the loopback address and hears only who knows the secret of a file that its owner alone reads.
 */
public final class LocalDoor implements AutoCloseable {
  static final int OUT = 1;
  static final int ERR = 2;
  static final int EXIT = 3;

  private static final int SECONDS_TO_SPEAK = 10_000;

  private final ServerSocket socket;
  private final String secret;
  private final Path file;
  private final Runner runner;

  private LocalDoor(ServerSocket socket, String secret, Path file, Runner runner) {
    this.socket = socket;
    this.secret = secret;
    this.file = file;
    this.runner = runner;
  }

  /** Runs one command. */
  @FunctionalInterface
  public interface Runner {
    /**
     * @param gone collects what to do when the one who typed it has gone
     * @return the exit code
     */
    int run(LocalCommand command, OutputStream out, OutputStream err, List<Runnable> gone);
  }

  /** Listens for commands on this station. */
  public static LocalDoor open(Station station, Runner runner) throws IOException {
    Path file = LocalFile.path(station);
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    new LocalFile(socket.getLocalPort(), secret, ProcessHandle.current().pid()).write(file);
    LocalDoor door = new LocalDoor(socket, secret, file, runner);
    Thread.ofPlatform().daemon().name("local commands").start(door::listen);
    return door;
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofPlatform().daemon().name("local command").start(() -> serve(client));
      } catch (IOException e) {
        // It was closed, or the client had gone before it was heard.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setSoTimeout(SECONDS_TO_SPEAK);
      DataInputStream in = new DataInputStream(client.getInputStream());
      byte[] said = in.readNBytes(secret.length());
      if (!MessageDigest.isEqual(said, secret.getBytes(StandardCharsets.US_ASCII))) {
        return;
      }
      LocalCommand command =
          Json.mapper()
              .readValue(
                  new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8),
                  LocalCommand.class);
      client.setSoTimeout(0);
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(client.getOutputStream(), 1 << 16));
      List<Runnable> gone = new CopyOnWriteArrayList<>();
      Thread.ofVirtual().start(() -> listenForTheEnd(in, gone));
      int code = runner.run(command, new Frames(out, OUT), new Frames(out, ERR), gone);
      gone.clear();
      synchronized (out) {
        out.writeByte(EXIT);
        out.writeInt(code);
        out.flush();
      }
    } catch (IOException | RuntimeException e) {
      // The one who typed it has gone.
    }
  }

  /** A client says nothing more, so whatever comes is its end. */
  private static void listenForTheEnd(DataInputStream in, List<Runnable> gone) {
    try {
      in.read();
    } catch (IOException e) {
      // That is its end too.
    }
    gone.forEach(Runnable::run);
  }

  /** One of a command's two outputs on the one connection. */
  private static final class Frames extends OutputStream {
    private final DataOutputStream out;
    private final int kind;

    Frames(DataOutputStream out, int kind) {
      this.out = out;
      this.kind = kind;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] content, int offset, int length) throws IOException {
      synchronized (out) {
        out.writeByte(kind);
        out.writeInt(length);
        out.write(content, offset, length);
        out.flush();
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    Files.deleteIfExists(file);
  }
}
