package tarn.testkit.emulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What stands before a body in HTTP.
 *
 * @param first the line that names the method and the target, or the status
 * @param headers as they were written
 */
public record HttpHead(String first, List<String> headers) {
  private static final int LONGEST = 64 << 10;

  public HttpHead {
    headers = List.copyOf(headers);
  }

  /** Empty when the connection ends before a head begins. */
  static Optional<HttpHead> read(InputStream from) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int last = 0;
    while (last != 0x0d0a0d0a) {
      int next = from.read();
      if (next < 0 || bytes.size() > LONGEST) {
        return Optional.empty();
      }
      bytes.write(next);
      last = (last << 8) | next;
    }
    List<String> lines = List.of(bytes.toString(ISO_8859_1).strip().split("\r\n"));
    return Optional.of(new HttpHead(lines.getFirst(), lines.subList(1, lines.size())));
  }

  /** The method of a request. */
  public String method() {
    return first.split(" ")[0];
  }

  /** The path and query of a request. */
  public String target() {
    return first.split(" ")[1];
  }

  /** Whether an answer only says that another one follows. */
  boolean isInformational() {
    return first.split(" ")[1].startsWith("1");
  }

  public Optional<String> header(String name) {
    return headers.stream()
        .filter(each -> isNamed(each, name))
        .map(each -> each.substring(each.indexOf(':') + 1).strip())
        .findFirst();
  }

  HttpHead with(String name, String value) {
    List<String> changed = new ArrayList<>(headers);
    changed.removeIf(each -> isNamed(each, name));
    changed.add(name + ": " + value);
    return new HttpHead(first, changed);
  }

  /** A request as the server itself is told it, made of one as a proxy is told it. */
  HttpHead relative() {
    String path = target().replaceFirst("^[a-z]+://[^/]+", "");
    return new HttpHead(method() + " " + path + " HTTP/1.1", headers);
  }

  byte[] bytes() {
    String lines = headers.isEmpty() ? "" : String.join("\r\n", headers) + "\r\n";
    return (first + "\r\n" + lines + "\r\n").getBytes(ISO_8859_1);
  }

  private static boolean isNamed(String line, String name) {
    return line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":");
  }
}
