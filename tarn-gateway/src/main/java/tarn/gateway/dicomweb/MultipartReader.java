package tarn.gateway.dicomweb;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Reads a body in several parts (RFC 2046, 5.1), each once and in its order. */
final class MultipartReader {
  private static final int LONGEST_LINE = 8 << 10;
  private static final int HEADERS = 50;
  private static final Pattern BOUNDARY =
      Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^;\\s]{1,70}))", Pattern.CASE_INSENSITIVE);

  private final BufferedInputStream in;
  private final byte[] delimiter;

  private MultipartReader(InputStream in, String boundary) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * @throws TarnException {@code request.invalid} when the type names no boundary
   */
  static MultipartReader of(InputStream in, String contentType) throws IOException {
    Matcher matcher = BOUNDARY.matcher(contentType);
    if (!matcher.find()) {
      throw invalid("its Content-Type names no boundary");
    }
    String boundary = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    MultipartReader reader = new MultipartReader(in, boundary);
    // What is before the first boundary says nothing; that boundary may begin the body.
    reader.in.mark(reader.delimiter.length);
    byte[] start = reader.in.readNBytes(reader.delimiter.length - 2);
    if (!new String(start, StandardCharsets.ISO_8859_1).equals("--" + boundary)) {
      reader.in.reset();
      reader.copy(OutputStream.nullOutputStream());
    }
    return reader;
  }

  private static TarnException invalid(String what) {
    return new TarnException(
        ErrorCode.REQUEST_INVALID,
        "The body cannot be taken apart: " + what + ".",
        "Send multipart/related with a boundary.");
  }

  /** The headers of the next part, their names in lower case; empty after the last. */
  Optional<Map<String, String>> next() throws IOException {
    String rest = line();
    if (rest.startsWith("--")) {
      return Optional.empty();
    }
    if (!rest.isBlank()) {
      throw invalid("a boundary is followed by something else");
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1 || headers.size() >= HEADERS) {
        throw invalid("a part has no headers, or too many");
      }
      headers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
    return Optional.of(headers);
  }

  /** Copies the part's content; the boundary after it is behind it then. */
  void copy(OutputStream into) throws IOException {
    int matched = 0;
    for (int next = in.read(); ; next = in.read()) {
      if (next < 0) {
        throw invalid("it ends before its last boundary");
      }
      if (next == Byte.toUnsignedInt(delimiter[matched])) {
        matched++;
        if (matched == delimiter.length) {
          return;
        }
        continue;
      }
      // The delimiter begins with the only carriage return in it, so no shorter match is inside.
      into.write(delimiter, 0, matched);
      if (next == '\r') {
        matched = 1;
      } else {
        matched = 0;
        into.write(next);
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        if (line.toString().startsWith("--")) {
          return line.toString(); // Nothing need follow the last boundary.
        }
        throw invalid("it ends before its last boundary");
      }
      if (line.length() >= LONGEST_LINE) {
        throw invalid("a line of a part's headers is too long");
      }
      line.append((char) next);
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }
}
