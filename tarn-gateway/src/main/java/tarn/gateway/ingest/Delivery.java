package tarn.gateway.ingest;

import java.time.Instant;
import java.util.LinkedHashMap;
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
 * @param format csv, json, ndjson, parquet or xml: what the file is now
 * @param options of the reader, such as {@code delim}
 * @param digest SHA-256 of what was sent
 * @param code of the error, when it failed
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
    Optional<String> message) {

  public Delivery {
    options = Map.copyOf(options);
  }

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
        Optional.ofNullable(why));
  }

  /** As the service shows it. */
  public Map<String, @Nullable Object> document() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    fields.put("state", state.word());
    fields.put("schema", table.schema());
    fields.put("table", table.table());
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
    return fields;
  }

  /** As it is kept. */
  Map<String, @Nullable Object> record() {
    Map<String, @Nullable Object> fields = document();
    fields.put("who", who);
    fields.put("idempotency_key", idempotencyKey.orElse(null));
    fields.put("file", file);
    fields.put("options", options);
    return fields;
  }

  static Delivery read(JsonNode fields) {
    Map<String, String> options = new LinkedHashMap<>();
    fields
        .path("options")
        .properties()
        .forEach(entry -> options.put(entry.getKey(), entry.getValue().asString()));
    return new Delivery(
        fields.path("id").asString(),
        new TableName(fields.path("schema").asString(), fields.path("table").asString()),
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
        text(fields, "reason"));
  }

  private static Optional<String> text(JsonNode fields, String name) {
    return fields.path(name).isString()
        ? Optional.of(fields.path(name).asString())
        : Optional.empty();
  }
}
