package tarn.gateway.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** How keys are written to a file: JSON, for nobody else to read. */
final class KeyFile {
  private KeyFile() {}

  static List<ApiKey> read(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<ApiKey> keys = new ArrayList<>();
      Json.mapper()
          .readTree(Files.readString(file))
          .path("keys")
          .forEach(each -> keys.add(key(each)));
      return keys;
    } catch (IOException | JacksonException | java.time.DateTimeException e) {
      throw new TarnException(
          ErrorCode.ACCESS_FILE_INVALID,
          "The file of keys " + file + " cannot be read: " + e.getMessage(),
          "Bring it back from a backup, or remove it and make new keys.",
          e);
    }
  }

  private static ApiKey key(JsonNode fields) {
    List<String> grants = new ArrayList<>();
    fields.path("grants").forEach(grant -> grants.add(grant.asString()));
    List<ApiKey.Hash> hashes = new ArrayList<>();
    fields
        .path("hashes")
        .forEach(
            hash ->
                hashes.add(new ApiKey.Hash(hash.path("sha256").asString(), time(hash, "until"))));
    return new ApiKey(
        fields.path("id").asString(),
        fields.path("name").asString(),
        fields.path("role").asString(),
        grants,
        time(fields, "created").orElse(Instant.EPOCH),
        time(fields, "expires"),
        time(fields, "revoked"),
        hashes);
  }

  private static Optional<Instant> time(JsonNode fields, String name) {
    JsonNode value = fields.path(name);
    return value.isString() ? Optional.of(Instant.parse(value.asString())) : Optional.empty();
  }

  static String text(List<ApiKey> keys) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("version", 1);
    document.put("keys", keys.stream().map(KeyFile::fields).toList());
    return Json.pretty(document) + "\n";
  }

  private static Map<String, @Nullable Object> fields(ApiKey key) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("id", key.id());
    fields.put("name", key.name());
    fields.put("role", key.role());
    fields.put("grants", key.grants());
    fields.put("created", key.created().toString());
    fields.put("expires", key.expires().map(Instant::toString).orElse(null));
    fields.put("revoked", key.revoked().map(Instant::toString).orElse(null));
    fields.put("hashes", key.hashes().stream().map(KeyFile::fields).toList());
    return fields;
  }

  private static Map<String, @Nullable Object> fields(ApiKey.Hash hash) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("sha256", hash.sha256());
    fields.put("until", hash.until().map(Instant::toString).orElse(null));
    return fields;
  }
}
