package tarn.gateway.route;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.AddRequest;
import tarn.files.AddResult;
import tarn.files.Collections;
import tarn.files.FileContents;
import tarn.files.FileService;
import tarn.files.NamedFile;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.RequestedRange;
import tarn.gateway.http.Route;
import tarn.gateway.http.Uploads;
import tarn.gateway.sandbox.Sandboxes;
import tarn.lake.AsOf;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;

/**
 * The bytes of files, found as the caller's own query would find their references: what its grants
 * hide is not there. Only what lies in the station's blob store is given out, because whoever may
 * write rows could let a reference point anywhere.
 */
public final class FileRoutes {
  private final Sandboxes sandboxes;
  private final FileContents contents;
  private final Lake lake;
  private final FileService files;
  private final Uploads uploads;

  public FileRoutes(
      Sandboxes sandboxes, FileContents contents, Lake lake, FileService files, Uploads uploads) {
    this.sandboxes = sandboxes;
    this.contents = contents;
    this.lake = lake;
    this.files = files;
    this.uploads = uploads;
  }

  public List<Route> routes() {
    String path = "/api/v1/files/{schema}/{collection}/{key}";
    return List.of(
        Route.of("GET", path, Permission.READ, this::get),
        Route.of("HEAD", path, Permission.READ, this::get),
        Route.of(
            "POST",
            path,
            Permission.INGEST,
            exchange ->
                add(
                    exchange,
                    collection(exchange),
                    exchange.parameter("key"),
                    AddRequest.Damaged.REFUSE)));
  }

  private void get(Exchange exchange) throws IOException {
    get(exchange, collection(exchange), exchange.parameter("key"));
  }

  /** The body is on the disk, whole and compared with its digest, before the lake hears of it. */
  void add(Exchange exchange, TableName table, String name, AddRequest.Damaged damaged)
      throws IOException {
    exchange.caller().requireWrite(table);
    String path = requirePath(name);
    exchange.touches(table.toString());
    try (Uploads.Room room = uploads.room()) {
      Path file = room.file();
      MessageDigest digest = sha256();
      long size;
      try (InputStream body = new DigestInputStream(exchange.body(), digest);
          OutputStream out = room.write(file)) {
        size = body.transferTo(out);
      }
      String sha256 = HexFormat.of().formatHex(digest.digest());
      exchange.header("Content-Digest").ifPresent(promised -> requireDigest(promised, sha256));
      AddResult result;
      try (Session session = lake.session()) {
        result =
            files.add(
                session,
                Collections.parse(table.schema() + "." + table.table()),
                List.of(new NamedFile(path, file)),
                damaged);
      }
      exchange.rows(result.added() + result.replaced());
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("collection", table.toString());
      answer.put("path", path);
      answer.put("size", size);
      answer.put("sha256", sha256);
      answer.put(
          "outcome",
          result.added() > 0 ? "added" : result.replaced() > 0 ? "replaced" : "unchanged");
      answer.put("snapshot", result.snapshot().isPresent() ? result.snapshot().getAsLong() : null);
      answer.put("remarks", result.remarks());
      exchange.json(result.added() > 0 ? 201 : 200, answer);
    }
  }

  private static String requirePath(String path) {
    boolean odd =
        path.length() > 1000
            || path.startsWith("/")
            || path.indexOf('\\') >= 0
            || path.chars().anyMatch(Character::isISOControl)
            || Stream.of(path.split("/", -1))
                .anyMatch(each -> each.isEmpty() || each.equals(".") || each.equals(".."));
    if (odd) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "`" + path + "` is no path of a file.",
          "Write names with single slashes between, without . and .. among them.");
    }
    return path;
  }

  private static void requireDigest(String promised, String sha256) {
    String wanted =
        "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256)) + ":";
    boolean names = promised.toLowerCase(Locale.ROOT).contains("sha-256=:");
    if (names && !promised.contains(wanted.substring("sha-256=".length()))) {
      throw new TarnException(
          ErrorCode.INGEST_INVALID,
          "The body is not what `Content-Digest` says; its SHA-256 is " + sha256 + ".",
          "Send it again.");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private record Found(String sha256, long size, String mediaType, String state) {}

  private static TableName collection(Exchange exchange) {
    return new TableName(exchange.parameter("schema"), exchange.parameter("collection"));
  }

  /** Answers with a file. */
  void get(Exchange exchange, TableName table, String path) throws IOException {
    Found found = find(exchange, table, path);
    if (found.state.equals("external")) {
      throw new TarnException(
          ErrorCode.REQUEST_CONFLICT,
          "The bytes of `" + path + "` are not in the station's store.",
          "Read them from where the reference points to.");
    }
    FileContents.Content content =
        contents
            .find(found.sha256, found.size)
            .orElseThrow(
                () ->
                    new TarnException(
                        ErrorCode.FILE_DAMAGED,
                        "The bytes of `" + path + "` are missing.",
                        "`tarn files verify` finds all that is missing."));
    answer(exchange, path, found.mediaType, content);
  }

  private Found find(Exchange exchange, TableName table, String path) {
    Optional<AsOf> asOf =
        exchange.queryNumber("snapshot", 0, Long.MAX_VALUE / 2).map(AsOf.Version::new);
    String sql =
        "SELECT file.sha256, file.size, file.media_type, file.state FROM %s.%s WHERE path = %s"
            .formatted(
                Sql.identifier(table.schema()), Sql.identifier(table.table()), Sql.literal(path));
    try (Sandboxes.Admitted query = sandboxes.admit(exchange.caller(), sql, asOf)) {
      exchange.touches(table.toString());
      return query
          .session()
          .queryFirst(
              query.sql(),
              row ->
                  new Found(
                      Objects.requireNonNullElse(row.getString(1), ""),
                      row.getLong(2),
                      Objects.requireNonNullElse(row.getString(3), "application/octet-stream"),
                      Objects.requireNonNullElse(row.getString(4), "external")))
          .filter(each -> each.state.equals("external") || each.sha256.matches("[0-9a-f]{64}"))
          .orElseThrow(
              () ->
                  new TarnException(
                      ErrorCode.REQUEST_NOT_FOUND,
                      "There is no file `%s` in %s.".formatted(path, table),
                      "Ask /api/v1/data/%s/%s for the files that there are."
                          .formatted(table.schema(), table.table())));
    }
  }

  private static void answer(
      Exchange exchange, String path, String mediaType, FileContents.Content content)
      throws IOException {
    String tag = '"' + content.sha256() + '"';
    exchange.answerHeader("ETag", tag);
    exchange.answerHeader("Accept-Ranges", "bytes");
    exchange.answerHeader("Cache-Control", "private, no-cache");
    if (knows(exchange, tag)) {
      exchange.empty(304);
      return;
    }
    String digest =
        "sha-256=:%s:"
            .formatted(
                Base64.getEncoder().encodeToString(HexFormat.of().parseHex(content.sha256())));
    exchange.answerHeader("Repr-Digest", digest);
    exchange.answerHeader("Content-Disposition", disposition(path));
    boolean same = exchange.header("If-Range").map(tag::equals).orElse(true);
    RequestedRange range =
        same
            ? RequestedRange.of(exchange.header("Range"), content.size())
            : new RequestedRange.Whole();
    switch (range) {
      case RequestedRange.Unsatisfiable _ -> {
        exchange.answerHeader("Content-Range", "bytes */" + content.size());
        exchange.empty(416);
      }
      case RequestedRange.Whole _ -> {
        exchange.answerHeader("Content-Digest", digest);
        send(exchange, 200, mediaType, content, new Part(0, content.size()));
      }
      case RequestedRange.Bytes(long first, long last) -> {
        exchange.answerHeader(
            "Content-Range", "bytes %d-%d/%d".formatted(first, last, content.size()));
        send(exchange, 206, mediaType, content, new Part(first, last - first + 1));
      }
    }
  }

  private record Part(long offset, long length) {}

  private static boolean knows(Exchange exchange, String tag) {
    return exchange
        .header("If-None-Match")
        .filter(
            known ->
                Stream.of(known.split(",", -1))
                    .map(each -> each.strip().replaceFirst("^W/", ""))
                    .anyMatch(each -> each.equals("*") || each.equals(tag)))
        .isPresent();
  }

  /** A browser saves it, whatever it is: none of these files is a page of this service. */
  private static String disposition(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return "attachment; filename*=UTF-8''"
        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static void send(
      Exchange exchange, int status, String mediaType, FileContents.Content content, Part part)
      throws IOException {
    exchange.answerHeader("Content-Length", Long.toString(part.length));
    if (exchange.method().equals("HEAD") || part.length == 0) {
      exchange.answerHeader("Content-Type", mediaType);
      exchange.empty(status);
      return;
    }
    OutputStream out = exchange.stream(status, mediaType);
    content.copyTo(out, part.offset, part.length);
    // Only now: an answer that is not closed breaks the connection.
    out.close();
  }
}
