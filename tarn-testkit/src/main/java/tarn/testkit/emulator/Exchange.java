package tarn.testkit.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** One request and its answer on their way through a {@link FaultProxy}. */
final class Exchange {
  private static final Duration LONGEST_STALL = Duration.ofMinutes(2);
  private static final long NEVER = Long.MAX_VALUE;

  private final Socket client;
  private final int upstream;
  private final ExecutorService executor;

  Exchange(Socket client, int upstream, ExecutorService executor) {
    this.client = client;
    this.upstream = upstream;
    this.executor = executor;
  }

  void run(HttpHead request, Optional<Fault> fault) throws IOException {
    switch (fault.orElse(null)) {
      case null -> pass(request, null);
      case Fault.Answer answer -> answer(answer);
      case Fault.StallRequest() -> sleep(LONGEST_STALL);
      case Fault.Delay(Duration time) -> {
        sleep(time);
        pass(request, null);
      }
      case Fault other -> pass(request, other);
    }
  }

  private void answer(Fault.Answer answer) throws IOException {
    byte[] body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>as planned</Message></Error>"
            .formatted(answer.code())
            .getBytes(UTF_8);
    HttpHead head =
        new HttpHead("HTTP/1.1 " + answer.status() + " Planned", List.of())
            .with("Content-Type", "application/xml")
            .with("x-ms-error-code", answer.code())
            .with("Content-Length", String.valueOf(body.length))
            .with("Connection", "close");
    for (Map.Entry<String, String> each : answer.headers().entrySet()) {
      head = head.with(each.getKey(), each.getValue());
    }
    OutputStream out = client.getOutputStream();
    out.write(head.bytes());
    out.write(body);
    client.shutdownOutput();
    // A socket that is closed with unread bytes takes the answer down with it.
    client.setSoTimeout(2000);
    client.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private void pass(HttpHead request, @Nullable Fault fault) throws IOException {
    try (Socket store = new Socket(InetAddress.getLoopbackAddress(), upstream)) {
      store.getOutputStream().write(request.with("Connection", "close").bytes());
      executor.execute(() -> copyRequest(store));
      InputStream in = store.getInputStream();
      Optional<HttpHead> head = HttpHead.read(in);
      while (head.isPresent() && head.get().isInformational()) {
        client.getOutputStream().write(head.get().bytes());
        head = HttpHead.read(in);
      }
      if (head.isPresent()) {
        deliver(head.get().with("Connection", "close"), in, fault);
      }
    }
  }

  private void copyRequest(Socket store) {
    try {
      client.getInputStream().transferTo(store.getOutputStream());
    } catch (IOException e) {
      // The exchange is over.
    }
  }

  private void deliver(HttpHead head, InputStream body, @Nullable Fault fault) throws IOException {
    switch (fault) {
      case null -> deliver(head, body, NEVER);
      case Fault.ReplaceHeader(String name, String value) ->
          deliver(head.with(name, value), body, NEVER);
      case Fault.LoseAnswer() -> {
        body.transferTo(OutputStream.nullOutputStream());
        tearDown();
      }
      case Fault.ResetAfter(long bytes) -> {
        deliver(head, body, bytes);
        tearDown();
      }
      case Fault.TruncateAfter(long bytes) -> deliver(head, body, bytes);
      case Fault.StallAfter(long bytes) -> {
        deliver(head, body, bytes);
        sleep(LONGEST_STALL);
      }
      case Fault.Damage() -> {
        int first = body.read();
        client.getOutputStream().write(head.bytes());
        client.getOutputStream().write(first ^ 1);
        body.transferTo(client.getOutputStream());
      }
      case Fault.Answer answer -> throw new IllegalStateException(answer.toString());
      case Fault.Delay delay -> throw new IllegalStateException(delay.toString());
      case Fault.StallRequest stall -> throw new IllegalStateException(stall.toString());
    }
  }

  private void deliver(HttpHead head, InputStream body, long most) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(head.bytes());
    byte[] buffer = new byte[64 << 10];
    long left = most;
    while (left > 0) {
      int count = body.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (count < 0) {
        return;
      }
      out.write(buffer, 0, count);
      left -= count;
    }
  }

  /** The other side sees a broken connection, not an end. */
  private void tearDown() throws SocketException {
    client.setSoLinger(true, 0);
  }

  private static void sleep(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the proxy was closed", e);
    }
  }
}
