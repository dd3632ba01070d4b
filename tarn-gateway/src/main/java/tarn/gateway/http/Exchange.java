package tarn.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.gateway.access.Caller;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One request and its answer. */
public final class Exchange {
  private static final int LARGEST_DOCUMENT = 1 << 20;

  private final ServerRequest request;
  private final ServerResponse response;
  private final String id;
  private final TreeSet<String> tables = new TreeSet<>();
  private Map<String, String> parameters = Map.of();
  private @Nullable Caller caller;
  private Optional<String> trace = Optional.empty();
  private String path = "";
  private long rows;
  private long bytes;
  private int status;

  Exchange(ServerRequest request, ServerResponse response, String id) {
    this.request = request;
    this.response = response;
    this.id = id;
  }

  void matched(Router.Match match) {
    parameters = match.parameters();
    path = match.route().path();
  }

  void calledBy(Caller who) {
    caller = who;
  }

  void followedBy(Optional<String> number) {
    trace = number;
  }

  /** The trace of which it is a part, when somebody follows it. */
  public Optional<String> trace() {
    return trace;
  }

  /** Names this request in logs, problems and the audit trail. */
  public String id() {
    return id;
  }

  public String method() {
    return request.prologue().method().text();
  }

  /** The route's own path, with its parameters as names; empty when there was none. */
  public String route() {
    return path;
  }

  public Caller caller() {
    return Objects.requireNonNull(caller, "an open route asks for its caller");
  }

  Optional<Caller> knownCaller() {
    return Optional.ofNullable(caller);
  }

  /** Where the client is. */
  public String client() {
    return request.remotePeer().host() + ":" + request.remotePeer().port();
  }

  public int clientPort() {
    return request.remotePeer().port();
  }

  /** What a parameter of the path stands for. */
  public String parameter(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  /** The same where a route may be without it. */
  public Optional<String> knownParameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** The names in the query string. */
  public java.util.Set<String> queryNames() {
    return new TreeSet<>(request.query().names());
  }

  public Optional<String> query(String name) {
    return request.query().contains(name)
        ? request.query().all(name).stream().findFirst()
        : Optional.empty();
  }

  /** Every value of a name in the query string. */
  public java.util.List<String> queries(String name) {
    return request.query().contains(name) ? request.query().all(name) : java.util.List.of();
  }

  /** A whole number of the query string. */
  public Optional<Long> queryNumber(String name, long minimum, long maximum) {
    return query(name)
        .map(
            text -> {
              if (text.matches("-?\\d{1,18}")) {
                long number = Long.parseLong(text);
                if (number >= minimum && number <= maximum) {
                  return number;
                }
              }
              throw new TarnException(
                  ErrorCode.REQUEST_INVALID,
                  "The parameter `%s` is no whole number from %d to %d."
                      .formatted(name, minimum, maximum),
                  "Mend it.");
            });
  }

  public Optional<String> header(String name) {
    return request.headers().first(HeaderNames.create(name));
  }

  /** The request's body as it comes; reading fails with {@link ClientGone} when it ends early. */
  public InputStream body() {
    return request.content().hasEntity()
        ? new ClientBody(request.content().inputStream())
        : InputStream.nullInputStream();
  }

  /** The request's body as a JSON object. */
  public JsonNode document() {
    requireJson();
    try (InputStream in = body()) {
      byte[] read = in.readNBytes(LARGEST_DOCUMENT + 1);
      if (read.length > LARGEST_DOCUMENT) {
        throw new TarnException(
            ErrorCode.REQUEST_TOO_LARGE,
            "The document is larger than " + LARGEST_DOCUMENT + " bytes.",
            "Send a smaller one.");
      }
      JsonNode document = Json.mapper().readTree(new String(read, StandardCharsets.UTF_8));
      if (document.isObject()) {
        return document;
      }
      throw notAnObject(null);
    } catch (JacksonException | IOException e) {
      throw notAnObject(e);
    }
  }

  private void requireJson() {
    String type = header("Content-Type").orElse("application/json").split(";", 2)[0].strip();
    if (!type.equalsIgnoreCase("application/json")) {
      throw new TarnException(
          ErrorCode.REQUEST_MEDIA_TYPE,
          "The body is `" + type + "`, and must be JSON.",
          "Send `Content-Type: application/json`.");
    }
  }

  private static TarnException notAnObject(@Nullable Exception cause) {
    return new TarnException(
        ErrorCode.REQUEST_INVALID, "The body is no JSON object.", "Mend it.", cause);
  }

  /** Adds a header to the answer, which must not have begun. */
  public void answerHeader(String name, String value) {
    response.header(HeaderNames.create(name), value);
  }

  /** Answers with a document; a GET's can be asked for again with its ETag. */
  public void json(int code, Object document) {
    byte[] content = Json.line(document).getBytes(StandardCharsets.UTF_8);
    if (code == 200 && method().equals("GET")) {
      String tag = '"' + digest(content) + '"';
      answerHeader("ETag", tag);
      if (header("If-None-Match").filter(known -> matches(known, tag)).isPresent()) {
        begin(304);
        response.send();
        return;
      }
    }
    send(code, "application/json", content);
  }

  private static boolean matches(String known, String tag) {
    return known.strip().equals("*") || known.contains(tag);
  }

  private static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Answers with a whole body. */
  public void send(int code, String type, byte[] content) {
    begin(code);
    answerHeader("Content-Type", type);
    bytes = content.length;
    response.send(content);
  }

  /** Answers with headers alone. */
  public void empty(int code) {
    begin(code);
    response.send();
  }

  /** {@link #stream(int, String)} with the usual status. */
  public OutputStream stream(String type) {
    return stream(200, type);
  }

  /**
   * An answer that is streamed; when it is not closed, the connection is broken. It begins with the
   * first byte: what fails before that can still be answered as a problem.
   */
  public OutputStream stream(int code, String type) {
    return new OutputStream() {
      private @Nullable OutputStream begun;

      private OutputStream out() {
        OutputStream known = begun;
        if (known == null) {
          begin(code);
          answerHeader("Content-Type", type);
          known = response.outputStream();
          begun = known;
        }
        return known;
      }

      @Override
      public void write(byte[] content, int offset, int length) throws IOException {
        out().write(content, offset, length);
        bytes += length;
      }

      @Override
      public void write(int content) throws IOException {
        out().write(content);
        bytes++;
      }

      @Override
      public void flush() throws IOException {
        out().flush();
      }

      @Override
      public void close() throws IOException {
        out().close();
      }
    };
  }

  private void begin(int code) {
    status = code;
    response.status(code);
  }

  boolean hasBegun() {
    return status != 0;
  }

  /** For the audit trail: a table that this request touches. */
  public void touches(String table) {
    tables.add(table);
  }

  /** For the audit trail: rows that went out or came in. */
  public void rows(long count) {
    rows = count;
  }

  /** What is known of it when it has ended. */
  Ending ending() {
    return new Ending(status, rows, bytes, tables.stream().toList());
  }

  /** How a request ended. */
  record Ending(int status, long rows, long bytes, java.util.List<String> tables) {}
}
