package tarn.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * Asks a service the same thing again and again, by some clients at once that keep their
 * connections. Prints one JSON object.
 */
final class Load {
  private Load() {}

  /**
   * @param arguments port, path, body (empty for a GET), clients, seconds
   */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    byte[] request = request(port, arguments[1], arguments[2]);
    int clients = Integer.parseInt(arguments[3]);
    double seconds = Double.parseDouble(arguments[4]);
    measure(port, request, clients, Math.min(2, seconds)); // Until it is warm.
    long begun = System.nanoTime();
    long[] took = measure(port, request, clients, seconds);
    double elapsed = (System.nanoTime() - begun) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "{\"clients\":%d,\"requests\":%d,\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f}%n",
        clients,
        took.length,
        took.length / elapsed,
        took[took.length / 2] / 1e6,
        took[(int) (took.length * 0.99)] / 1e6);
  }

  private static byte[] request(int port, String path, String body) {
    String head =
        body.isEmpty()
            ? "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n"
            : "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(path, port, body.getBytes(StandardCharsets.UTF_8).length, body);
    return head.getBytes(StandardCharsets.UTF_8);
  }

  /** Nanoseconds of each request, the shortest first. */
  private static long[] measure(int port, byte[] request, int clients, double seconds)
      throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Long>>> each = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        each.add(threads.submit(() -> ask(port, request, end)));
      }
      LongStream.Builder all = LongStream.builder();
      for (Future<List<Long>> client : each) {
        client.get().forEach(all::add);
      }
      return all.build().sorted().toArray();
    }
  }

  private static List<Long> ask(int port, byte[] request, long end) throws IOException {
    List<Long> took = new ArrayList<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      do {
        long begun = System.nanoTime();
        socket.getOutputStream().write(request);
        answer(in);
        took.add(System.nanoTime() - begun);
      } while (System.nanoTime() < end);
    }
    return took;
  }

  private static void answer(InputStream in) throws IOException {
    String status = line(in);
    if (!status.contains(" 200")) {
      throw new IOException(status);
    }
    long length = 0;
    boolean chunked = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = lower.contains("chunked");
      }
    }
    if (!chunked) {
      in.skipNBytes(length);
      return;
    }
    for (int chunk = size(in); chunk > 0; chunk = size(in)) {
      in.skipNBytes(chunk + 2L);
    }
    while (!line(in).isEmpty()) {}
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int read = in.read(); read != '\n'; read = in.read()) {
      if (read < 0) {
        throw new EOFException("the service ended the connection");
      }
      if (read != '\r') {
        line.append((char) read);
      }
    }
    return line.toString();
  }
}
