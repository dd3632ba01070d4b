package tarn.gateway.local;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.lake.CatalogLocation;
import tarn.station.Station;

/** Has a command run by the service that has the station's lake open. */
public final class LocalClient {
  private static final int PATIENCE = 2_000;

  private LocalClient() {}

  /** Makes the command's request, once it is known that somebody will hear it. */
  @FunctionalInterface
  public interface Request {
    LocalCommand make() throws IOException;
  }

  /**
   * Runs a command there.
   *
   * @return its exit code; nothing when no service has the lake open
   * @throws TarnException {@code interrupted} when the service ends in between
   */
  public static OptionalInt run(
      Station station, Request request, OutputStream out, OutputStream err) throws IOException {
    if (station.settings().catalog() instanceof CatalogLocation.PostgreSql) {
      return OptionalInt.empty(); // Any process may open it.
    }
    Optional<LocalFile> door = LocalFile.read(LocalFile.path(station));
    if (door.isEmpty()) {
      return OptionalInt.empty();
    }
    try (Socket socket = new Socket()) {
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), door.get().port()), PATIENCE);
      } catch (IOException e) {
        return OptionalInt.empty(); // It was killed and left its file.
      }
      DataOutputStream to = new DataOutputStream(socket.getOutputStream());
      byte[] command = Json.line(request.make()).getBytes(StandardCharsets.UTF_8);
      to.write(door.get().secret().getBytes(StandardCharsets.US_ASCII));
      to.writeInt(command.length);
      to.write(command);
      to.flush();
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
      return OptionalInt.of(relay(in, out, err));
    }
  }

  private static int relay(DataInputStream in, OutputStream out, OutputStream err)
      throws IOException {
    byte[] piece = new byte[1 << 16];
    while (true) {
      int kind;
      int number;
      try {
        kind = in.readByte();
        number = in.readInt();
      } catch (EOFException e) {
        throw new TarnException(
            ErrorCode.INTERRUPTED,
            "The service ended while it ran the command.",
            "Run it again.",
            e);
      }
      if (kind == LocalDoor.EXIT) {
        out.flush();
        return number;
      }
      OutputStream target = kind == LocalDoor.OUT ? out : err;
      for (int left = number; left > 0; ) {
        int read = in.readNBytes(piece, 0, Math.min(left, piece.length));
        if (read == 0) {
          throw new EOFException();
        }
        target.write(piece, 0, read);
        left -= read;
      }
      target.flush();
    }
  }
}
