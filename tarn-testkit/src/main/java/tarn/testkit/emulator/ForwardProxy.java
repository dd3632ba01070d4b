package tarn.testkit.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy as offices have them, for plain HTTP to this machine: it is told the whole URL. */
public final class ForwardProxy implements AutoCloseable {
  private final ServerSocket server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpHead> requests = new CopyOnWriteArrayList<>();

  private ForwardProxy(ServerSocket server) {
    this.server = server;
  }

  public static ForwardProxy start() {
    try {
      ForwardProxy proxy =
          new ForwardProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      proxy.executor.execute(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** What came so far. */
  public List<HttpHead> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        executor.execute(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      Optional<HttpHead> head = HttpHead.read(client.getInputStream());
      if (head.isPresent()) {
        requests.add(head.get());
        URI target = URI.create(head.get().target());
        new Exchange(client, target.getPort(), executor)
            .run(head.get().relative(), Optional.empty());
      }
    } catch (IOException e) {
      // Nobody listens there, or the client hung up.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      executor.shutdownNow();
    }
  }
}
