package tarn.testkit.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Stands between a client and a store on this machine and does to chosen requests what networks and
 * stores do on bad days. Every request has a connection of its own. The others pass as they are, so
 * signatures hold.
 */
public final class FaultProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int upstream;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Plan> plans = new ArrayList<>();
  private final List<HttpHead> requests = new CopyOnWriteArrayList<>();

  private FaultProxy(ServerSocket server, int upstream) {
    this.server = server;
    this.upstream = upstream;
  }

  /** Listens on a free port of 127.0.0.1. */
  public static FaultProxy before(int upstream) {
    try {
      ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      FaultProxy proxy = new FaultProxy(server, upstream);
      proxy.executor.execute(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The next {@code times} requests that {@code which} holds for meet {@code fault}. */
  public synchronized void plan(Predicate<HttpHead> which, int times, Fault fault) {
    for (int count = 0; count < times; count++) {
      plans.add(new Plan(which, fault));
    }
  }

  /** The same for the next requests of a method, such as {@code GET}. */
  public void plan(String method, int times, Fault fault) {
    plan(head -> head.method().equals(method), times, fault);
  }

  /** Faults that were planned and have not happened yet. */
  public synchronized int pending() {
    return plans.size();
  }

  /** What came so far. */
  public List<HttpHead> requests() {
    return List.copyOf(requests);
  }

  /** Forgets what was planned and what came. */
  public synchronized void reset() {
    plans.clear();
    requests.clear();
  }

  private synchronized Optional<Fault> fault(HttpHead head) {
    Optional<Plan> plan = plans.stream().filter(each -> each.which().test(head)).findFirst();
    plan.ifPresent(plans::remove);
    return plan.map(Plan::fault);
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
        new Exchange(client, upstream, executor).run(head.get(), fault(head.get()));
      }
    } catch (IOException e) {
      // A client or a store that hangs up is what this proxy is for.
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

  private record Plan(Predicate<HttpHead> which, Fault fault) {}
}
