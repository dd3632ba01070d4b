package tarn.gateway.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.lake.TableName;
import tools.jackson.databind.JsonNode;

/**
 * Something that was sent to be landed.
 *
 * @param who the key's number
 * @param file its name in the folder of deliveries
 * @param format csv, json, ndjson, parquet, xml or fhir: what the file is now
 * @param options of the reader, such as {@code delim}
 * @param digest SHA-256 of what was sent
 * @param code of the error, when it failed
 * @param parts of a delivery for several tables; empty for one table
 * @param model whose definition the table follows, such as {@code omop-cdm-5.4}
 * @param misfits what did not fit, in numbers
 */
public record Delivery(
    String id,
    TableName table,
    String who,
    Optional<String> idempotencyKey,
    String file,
    String format,
    Map<String, String> options,
    long bytes,
    String digest,
    Instant received,
    State state,
    Optional<Instant> ended,
    long rows,
    long quarantined,
    Optional<Long> snapshot,
    Optional<String> code,
    Optional<String> message,
    List<Part> parts,
    Optional<String> model,
    List<Misfit> misfits) {
  /** The table's name of a delivery for several tables. */
  static final String SEVERAL = "*";

  public Delivery {
    options = Map.copyOf(options);
    parts = List.copyOf(parts);
    misfits = List.copyOf(misfits);
  }

  /**
   * What a delivery holds for one of its tables.
   *
   * @param type of the resources
   * @param longest bytes of the longest line of the file
   */
  public record Part(TableName table, String type, String file, long rows, int longest) {}

  /**
   * Values that did not fit, alike in what was wrong.
   *
   * @param reason without the value itself
   * @param line the first one's
   */
  public record Misfit(Optional<String> column, String reason, long rows, Optional<Long> line) {}

  /** How far it is. */
  public enum State {
    RECEIVED,
    WRITING,
    DONE,
    FAILED;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public boolean hasEnded() {
    return state == State.DONE || state == State.FAILED;
  }

  Delivery writing() {
    return with(State.WRITING, Optional.empty(), 0, 0, Optional.empty(), null, null);
  }

  Delivery waiting() {
    return with(State.RECEIVED, Optional.empty(), 0, 0, Optional.empty(), null, null);
  }

  Delivery done(long landed, long malformed, Optional<Long> inSnapshot) {
    return with(State.DONE, Optional.of(Instant.now()), landed, malformed, inSnapshot, null, null);
  }

  Delivery failed(String errorCode, String why) {
    return with(State.FAILED, Optional.of(Instant.now()), 0, 0, Optional.empty(), errorCode, why);
  }

  private Delivery with(
      State next,
      Optional<Instant> at,
      long landed,
      long malformed,
      Optional<Long> inSnapshot,
      @Nullable String errorCode,
      @Nullable String why) {
    return new Delivery(
        id,
        table,
        who,
        idempotencyKey,
        file,
        format,
        options,
        bytes,
        digest,
        received,
        next,
        at,
        landed,
        malformed,
        inSnapshot,
        Optional.ofNullable(errorCode),
        Optional.ofNullable(why),
        parts,
        model,
        misfits);
  }

  Delivery reporting(List<Misfit> found) {
    return new Delivery(
        id,
        table,
        who,
        idempotencyKey,
        file,
        format,
        options,
        bytes,
        digest,
        received,
        state,
        ended,
        rows,
        quarantined,
        snapshot,
        code,
        message,
        parts,
        model,
        found);
  }

  /** As the service shows it. */
  public Map<String, @Nullable Object> document() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("state", state.word());
    fields.put("schema", table.schema());
    fields.put("table", parts.isEmpty() ? table.table() : null);
    fields.put("format", format);
    fields.put("bytes", bytes);
    fields.put("sha256", digest);
    fields.put("received", received.toString());
    fields.put("ended", ended.map(Instant::toString).orElse(null));
    fields.put("rows", state == State.DONE ? rows : null);
    fields.put("quarantined", state == State.DONE ? quarantined : null);
    fields.put("snapshot", snapshot.orElse(null));
    fields.put("code", code.orElse(null));
    fields.put("reason", message.orElse(null));
    if (!parts.isEmpty()) {
      fields.put("tables", parts.stream().map(Delivery::shown).toList());
    }
    model.ifPresent(name -> fields.put("model", name));
    if (!misfits.isEmpty()) {
      fields.put("misfits", misfits.stream().map(Delivery::shown).toList());
    }
    return fields;
  }

  private static Map<String, @Nullable Object> shown(Part part) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("table", part.table().table());
    fields.put("type", part.type());
    fields.put("rows", part.rows());
    return fields;
  }

  private static Map<String, @Nullable Object> shown(Misfit misfit) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("column", misfit.column().orElse(null));
    fields.put("reason", misfit.reason());
    fields.put("rows", misfit.rows());
    fields.put("line", misfit.line().orElse(null));
    return fields;
  }

  /** As it is kept. */
  Map<String, @Nullable Object> record() {
    Map<String, @Nullable Object> fields = document();
    fields.put("who", who);
    fields.put("idempotency_key", idempotencyKey.orElse(null));
    fields.put("file", file);
    fields.put("options", options);
    fields.put(
        "parts",
        parts.stream()
            .map(
                part ->
                    Map.of(
                        "table", part.table().table(),
                        "type", part.type(),
                        "file", part.file(),
                        "rows", part.rows(),
                        "longest", part.longest()))
            .toList());
    return fields;
  }

  static Delivery read(JsonNode fields) {
    Map<String, String> options = new LinkedHashMap<>();
    fields
        .path("options")
        .properties()
        .forEach(entry -> options.put(entry.getKey(), entry.getValue().asString()));
    String schema = fields.path("schema").asString();
    List<Part> parts = new ArrayList<>();
    for (JsonNode part : fields.path("parts")) {
      parts.add(
          new Part(
              new TableName(schema, part.path("table").asString()),
              part.path("type").asString(),
              part.path("file").asString(),
              part.path("rows").asLong(),
              part.path("longest").asInt()));
    }
    List<Misfit> misfits = new ArrayList<>();
    for (JsonNode misfit : fields.path("misfits")) {
      misfits.add(
          new Misfit(
              text(misfit, "column"),
              misfit.path("reason").asString(),
              misfit.path("rows").asLong(),
              misfit.path("line").isNumber()
                  ? Optional.of(misfit.path("line").asLong())
                  : Optional.empty()));
    }
    return new Delivery(
        fields.path("id").asString(),
        new TableName(schema, text(fields, "table").orElse(SEVERAL)),
        fields.path("who").asString(),
        text(fields, "idempotency_key"),
        fields.path("file").asString(),
        fields.path("format").asString(),
        options,
        fields.path("bytes").asLong(),
        fields.path("sha256").asString(),
        Instant.parse(fields.path("received").asString()),
        State.valueOf(fields.path("state").asString().toUpperCase(java.util.Locale.ROOT)),
        text(fields, "ended").map(Instant::parse),
        fields.path("rows").asLong(0),
        fields.path("quarantined").asLong(0),
        fields.path("snapshot").isNumber()
            ? Optional.of(fields.path("snapshot").asLong())
            : Optional.empty(),
        text(fields, "code"),
        text(fields, "reason"),
        parts,
        text(fields, "model"),
        misfits);
  }

  private static Optional<String> text(JsonNode fields, String name) {
    return fields.path(name).isString()
        ? Optional.of(fields.path(name).asString())
        : Optional.empty();
  }
}
