package tarn.integrity.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a backup holds, as {@code spec/backup.md} specifies it.
 *
 * @param snapshot the newest of the catalog
 * @param dataPath where the lake's files were
 * @param catalogSha256 of the copy of the catalog
 * @param files that the catalog refers to
 * @param bytes of these files
 * @param dataCopied whether the backup has the files too
 */
public record Manifest(
    Instant made,
    long snapshot,
    Instant snapshotTime,
    String dataPath,
    String catalogSha256,
    long files,
    long bytes,
    DataFiles dataCopied) {
  static final String NAME = "manifest.json";
  private static final int VERSION = 1;

  /** What becomes of the files that the catalog refers to. */
  public enum DataFiles {
    /** They stay where they are, and only there. */
    LEFT,
    /** They are copied into the backup's folder. */
    COPIED
  }

  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", VERSION);
    fields.put("made_at", made.toString());
    fields.put("snapshot_id", snapshot);
    fields.put("snapshot_time", snapshotTime.toString());
    fields.put("data_path", dataPath);
    fields.put("catalog_sha256", catalogSha256);
    fields.put("files", files);
    fields.put("bytes", bytes);
    fields.put("data_copied", dataCopied == DataFiles.COPIED);
    return fields;
  }

  /**
   * @param backup the folder of one backup
   * @throws TarnException {@code usage} when it holds none
   */
  static Manifest read(Path backup) {
    Path file = backup.resolve(NAME);
    try {
      JsonNode node = Json.mapper().readTree(Files.readString(file));
      if (node.path("version").asInt(0) != VERSION) {
        throw unusable(file, "its version is not " + VERSION);
      }
      return new Manifest(
          Instant.parse(node.path("made_at").asString()),
          node.path("snapshot_id").asLong(),
          Instant.parse(node.path("snapshot_time").asString()),
          node.path("data_path").asString(),
          node.path("catalog_sha256").asString(),
          node.path("files").asLong(),
          node.path("bytes").asLong(),
          node.path("data_copied").asBoolean() ? DataFiles.COPIED : DataFiles.LEFT);
    } catch (NoSuchFileException e) {
      throw unusable(file, "there is no such file");
    } catch (IOException | JacksonException | DateTimeException e) {
      throw unusable(file, String.valueOf(e.getMessage()));
    }
  }

  private static TarnException unusable(Path file, String reason) {
    return new TarnException(
        ErrorCode.USAGE,
        "There is no backup that could be used: " + file + ": " + reason + ".",
        "Name a folder that `tarn backup` has made.");
  }
}
