package tarn.gateway.dicomweb;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import tarn.gateway.http.Exchange;

/** An answer in several parts ({@code multipart/related}, RFC 2387). */
final class Parts {
  private final String boundary = UUID.randomUUID().toString();
  private final OutputStream out;
  private boolean first = true;

  Parts(Exchange exchange, String type) {
    out =
        exchange.stream(
            200, "multipart/related; type=\"%s\"; boundary=\"%s\"".formatted(type, boundary));
  }

  /** Begins a part; its bytes go to the stream that is given. */
  OutputStream begin(String type, String location, long length) throws IOException {
    String head =
        (first ? "" : "\r\n")
            + "--%s\r\nContent-Type: %s\r\nContent-Location: %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(boundary, type, location, length);
    first = false;
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    return out;
  }

  /** Ends the answer; one that is not ended breaks the connection. */
  void end() throws IOException {
    out.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    out.close();
  }
}
