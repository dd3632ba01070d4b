package tarn.gateway.dicomweb;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.FileContents;
import tarn.gateway.http.Exchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** WADO-RS: instances as they were stored, their headers, frames and large values. */
final class Retrieval {
  private static final String DICOM = "application/dicom";
  private static final Pattern SYNTAX = Pattern.compile("transfer-syntax=\"?([0-9.*]+)\"?");

  private final Instances instances;

  Retrieval(Instances instances) {
    this.instances = instances;
  }

  void instances(Exchange exchange) throws IOException {
    Scope scope = Scope.of(exchange);
    List<Instance> found = instances.find(exchange, scope);
    found.forEach(each -> requireSyntax(exchange, each.transferSyntax()));
    List<FileContents.Content> contents = instances.contents(exchange, scope, found);
    String accept = exchange.header("Accept").orElse("*/*").toLowerCase(Locale.ROOT);
    if (found.size() == 1 && accept.contains(DICOM) && !accept.contains("multipart/related")) {
      OutputStream out = exchange.stream(200, DICOM);
      contents.getFirst().copyTo(out, 0, contents.getFirst().size());
      out.close();
      return;
    }
    Parts parts = new Parts(exchange, DICOM);
    for (int at = 0; at < found.size(); at++) {
      FileContents.Content content = contents.get(at);
      OutputStream out = parts.begin(DICOM, found.get(at).url(scope.schema()), content.size());
      content.copyTo(out, 0, content.size());
    }
    parts.end();
  }

  /** Nothing is recoded: who names other transfer syntaxes alone gets none. */
  private static void requireSyntax(Exchange exchange, String stored) {
    Matcher asked = SYNTAX.matcher(exchange.header("Accept").orElse(""));
    List<String> syntaxes = new ArrayList<>();
    while (asked.find()) {
      syntaxes.add(asked.group(1));
    }
    if (!syntaxes.isEmpty() && !syntaxes.contains("*") && !syntaxes.contains(stored)) {
      throw new TarnException(
          ErrorCode.REQUEST_NOT_ACCEPTABLE,
          "The instance is stored in the transfer syntax " + stored + ", and is not recoded.",
          "Accept it, or any: transfer-syntax=*.");
    }
  }

  void metadata(Exchange exchange) {
    Scope scope = Scope.of(exchange);
    List<ObjectNode> objects = new ArrayList<>();
    for (Instance each : instances.find(exchange, scope)) {
      ObjectNode header = (ObjectNode) each.header();
      resolve(header, each, each.url(scope.schema()) + "/bulkdata");
      if (each.pixelOffset() >= 0) {
        ObjectNode pixels = header.putObject("7FE00010");
        pixels.put("vr", "OW");
        pixels.put("BulkDataURI", each.url(scope.schema()) + "/frames/1");
      }
      objects.add(header);
    }
    Answers.send(exchange, 200, objects);
  }

  /** Values that the header leaves out are said where they can be fetched from. */
  private static void resolve(ObjectNode data, Instance instance, String base) {
    List<String> lost = new ArrayList<>();
    data.properties()
        .forEach(
            entry -> {
              ObjectNode element = (ObjectNode) entry.getValue();
              JsonNode uri = element.path("BulkDataURI");
              if (uri.isString() && instance.deflated()) {
                lost.add(entry.getKey());
              } else if (uri.isString()) {
                element.put("BulkDataURI", base + uri.asString());
              }
              if (element.path("Value") instanceof ArrayNode values) {
                values.forEach(
                    value -> {
                      if (value instanceof ObjectNode item
                          && element.path("vr").asString("").equals("SQ")) {
                        resolve(item, instance, base);
                      }
                    });
              }
            });
    lost.forEach(data::remove);
  }

  void bulkData(Exchange exchange) throws IOException {
    Scope scope = Scope.of(exchange);
    long offset = exchange.queryNumber("offset", 0, Long.MAX_VALUE / 4).orElse(0L);
    Optional<Long> length = exchange.queryNumber("length", 1, Long.MAX_VALUE / 4);
    List<Instance> found = instances.find(exchange, scope);
    FileContents.Content content = instances.contents(exchange, scope, found).getFirst();
    long count = length.orElseGet(() -> content.size() - offset);
    if (count <= 0 || offset + count > content.size()) {
      throw new TarnException(
          ErrorCode.REQUEST_INVALID,
          "The file has no bytes from %d to %d.".formatted(offset, offset + count),
          "Use a BulkDataURI as the metadata have it.");
    }
    send(
        exchange,
        "application/octet-stream",
        List.of(new Frame(List.of(new Instance.Fragment(offset, count)), exchange.route())),
        content);
  }

  /** Parts of a file that follow each other in the answer. */
  record Frame(List<Instance.Fragment> pieces, String location) {
    long length() {
      return pieces.stream().mapToLong(Instance.Fragment::length).sum();
    }
  }

  void frames(Exchange exchange) throws IOException {
    Scope scope = Scope.of(exchange);
    Instance instance = instances.find(exchange, scope).getFirst();
    Frames frames = new Frames(instance);
    List<Frame> wanted = new ArrayList<>();
    for (String number : exchange.parameter("frames").split(",", -1)) {
      wanted.add(
          new Frame(frames.pieces(number), instance.url(scope.schema()) + "/frames/" + number));
    }
    requireType(exchange, frames);
    FileContents.Content content =
        instances.contents(exchange, scope, List.of(instance)).getFirst();
    send(exchange, frames.mediaType(), wanted, content);
  }

  private static void requireType(Exchange exchange, Frames frames) {
    String accept = exchange.header("Accept").orElse("*/*").toLowerCase(Locale.ROOT);
    String type = frames.mediaType();
    boolean octets = accept.contains("application/octet-stream");
    boolean images = accept.contains("image/");
    boolean fits =
        !(octets || images)
            || accept.contains(type)
            || accept.contains("*/*")
            || (type.startsWith("image/") && accept.contains("image/*"));
    if (!fits) {
      throw new TarnException(
          ErrorCode.REQUEST_NOT_ACCEPTABLE,
          "The frames are stored as " + type + ", and are not recoded.",
          "Accept it, or */*.");
    }
  }

  private static void send(
      Exchange exchange, String type, List<Frame> frames, FileContents.Content content)
      throws IOException {
    Parts parts = new Parts(exchange, type);
    for (Frame frame : frames) {
      OutputStream out = parts.begin(type, frame.location(), frame.length());
      for (Instance.Fragment piece : frame.pieces()) {
        content.copyTo(out, piece.offset(), piece.length());
      }
    }
    parts.end();
  }
}
