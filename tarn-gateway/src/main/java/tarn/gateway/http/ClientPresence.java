package tarn.gateway.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Whether a client still waits for its answer. While nothing is sent nothing tells that it has
 * gone, but Linux knows: the connection waits to be closed.
 */
public final class ClientPresence {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  /** The state of a connection whose other end has closed. */
  private static final String CLOSE_WAIT = "08";

  private ClientPresence() {}

  /** False only when it is certain that the client has closed its connection. */
  public static boolean isThere(int serverPort, int clientPort) {
    String local = hex(serverPort);
    String remote = hex(clientPort);
    for (Path table : TABLES) {
      try {
        for (String line : Files.readAllLines(table)) {
          String[] fields = line.strip().split("\\s+");
          if (fields.length > 3
              && fields[1].endsWith(local)
              && fields[2].endsWith(remote)
              && fields[3].equals(CLOSE_WAIT)) {
            return false;
          }
        }
      } catch (IOException e) {
        // Not Linux: the next write will tell.
        return true;
      }
    }
    return true;
  }

  private static String hex(int port) {
    return String.format(Locale.ROOT, ":%04X", port);
  }
}
