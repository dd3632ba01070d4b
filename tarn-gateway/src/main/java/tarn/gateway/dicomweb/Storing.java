package tarn.gateway.dicomweb;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.files.AddRequest;
import tarn.files.AddResult;
import tarn.files.FileService;
import tarn.files.NamedFile;
import tarn.files.bytes.ByteSources;
import tarn.files.bytes.DamagedContentException;
import tarn.files.dicom.DicomIdentity;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Uploads;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** STOW-RS: the instances of a request become files of a collection, in one transaction. */
final class Storing {
  /** The collection that takes them, in the schema that the path names. */
  static final String COLLECTION = "dicomweb";

  /** Failure reasons of PS3.18, I.2.2. */
  private static final int NOT_UNDERSTOOD = 0xC000;

  private static final int FAILED = 0x0110;
  private static final int TWICE = 0x0111;

  private final Lake lake;
  private final FileService files;
  private final Uploads uploads;

  Storing(Lake lake, FileService files, Uploads uploads) {
    this.lake = lake;
    this.files = files;
    this.uploads = uploads;
  }

  private record Failure(Optional<DicomIdentity> identity, int reason) {}

  void store(Exchange exchange) throws IOException {
    Scope scope = Scope.of(exchange);
    TableName collection = new TableName(scope.schema(), COLLECTION);
    exchange.caller().requireWrite(collection);
    exchange.touches(collection.toString());
    String type = exchange.header("Content-Type").orElse("");
    if (!type.toLowerCase(java.util.Locale.ROOT).startsWith("multipart/related")) {
      throw new TarnException(
          ErrorCode.REQUEST_MEDIA_TYPE,
          "The body is `" + type + "`, and must be multipart/related.",
          "Send instances as `multipart/related; type=\"application/dicom\"`.");
    }
    try (Uploads.Room room = uploads.room()) {
      List<Failure> failures = new ArrayList<>();
      List<DicomIdentity> taken = new ArrayList<>();
      List<NamedFile> named = new ArrayList<>();
      take(
          exchange,
          scope,
          type,
          room,
          (identity, file) -> {
            taken.add(identity);
            named.add(new NamedFile(path(identity), file));
          },
          failures);
      Optional<AddResult> result = Optional.empty();
      if (!named.isEmpty()) {
        try (Session session = lake.session()) {
          result = Optional.of(files.add(session, collection, named, AddRequest.Damaged.REFUSE));
        }
      }
      answer(exchange, scope, taken, failures, result);
    }
  }

  private static String path(DicomIdentity identity) {
    return identity.studyUid() + "/" + identity.seriesUid() + "/" + identity.instanceUid() + ".dcm";
  }

  @FunctionalInterface
  private interface Sink {
    void take(DicomIdentity identity, Path file);
  }

  private static void take(
      Exchange exchange,
      Scope scope,
      String type,
      Uploads.Room room,
      Sink sink,
      List<Failure> failures)
      throws IOException {
    MultipartReader parts = MultipartReader.of(exchange.body(), type);
    Set<String> seen = new HashSet<>();
    for (Optional<Map<String, String>> head = parts.next(); head.isPresent(); head = parts.next()) {
      Path file = room.file();
      try (OutputStream out = room.write(file)) {
        parts.copy(out);
      }
      Optional<DicomIdentity> identity = identity(file);
      if (identity.isEmpty()) {
        failures.add(new Failure(identity, NOT_UNDERSTOOD));
      } else if (scope.study().filter(uid -> !uid.equals(identity.get().studyUid())).isPresent()) {
        failures.add(new Failure(identity, FAILED));
      } else if (!seen.add(path(identity.get()))) {
        failures.add(new Failure(identity, TWICE));
      } else {
        sink.take(identity.get(), file);
      }
    }
  }

  private static Optional<DicomIdentity> identity(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return Optional.of(DicomIdentity.of(ByteSources.of(channel)));
    } catch (DamagedContentException e) {
      return Optional.empty();
    }
  }

  private static void answer(
      Exchange exchange,
      Scope scope,
      List<DicomIdentity> taken,
      List<Failure> failures,
      Optional<AddResult> result) {
    ObjectNode answer = Answers.object();
    if (!taken.isEmpty()) {
      ArrayNode items = sequence(answer, "00081199");
      for (DicomIdentity each : taken) {
        ObjectNode item = items.addObject();
        Answers.put(item, "00081150", "UI", each.classUid());
        Answers.put(item, "00081155", "UI", each.instanceUid());
        Answers.put(
            item,
            "00081190",
            "UR",
            Scope.url(scope.schema(), each.studyUid(), each.seriesUid(), each.instanceUid()));
      }
    }
    if (!failures.isEmpty()) {
      ArrayNode items = sequence(answer, "00081198");
      for (Failure each : failures) {
        ObjectNode item = items.addObject();
        each.identity()
            .ifPresent(
                identity -> {
                  Answers.put(item, "00081150", "UI", identity.classUid());
                  Answers.put(item, "00081155", "UI", identity.instanceUid());
                });
        Answers.put(item, "00081197", "US", each.reason());
      }
    }
    result.ifPresent(
        added -> {
          exchange.rows(added.added() + added.replaced());
          added.remarks().stream()
              .limit(1)
              .map(remark -> remark.replaceAll("[^ -~]|\"", "?"))
              .forEach(remark -> exchange.answerHeader("Warning", "299 tarn \"" + remark + "\""));
        });
    int code = failures.isEmpty() && !taken.isEmpty() ? 200 : taken.isEmpty() ? 409 : 202;
    exchange.send(code, Answers.TYPE, Json.line(answer).getBytes(StandardCharsets.UTF_8));
  }

  private static ArrayNode sequence(ObjectNode into, String tag) {
    ObjectNode element = into.putObject(tag);
    element.put("vr", "SQ");
    return element.putArray("Value");
  }
}
