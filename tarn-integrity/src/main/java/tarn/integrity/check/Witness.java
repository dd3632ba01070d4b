package tarn.integrity.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tarn.base.Json;
import tarn.integrity.catalog.CatalogState;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.lake.Lake;
import tarn.lake.Session;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A small file beside the data that says which snapshot the newest catalog had that was seen with
 * them. A catalog that is put back from a backup cannot know what came after it; this file does.
 */
public final class Witness {
  static final String NAME = "tarn-witness.json";

  private final Path file;
  private final Session session;

  Witness(Path folder, Session session) {
    this.file = folder.resolve(NAME);
    this.session = session;
  }

  /** Takes back what was remembered: from here on an older catalog is the right one. */
  public static void forget(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(NAME));
  }

  private record Seen(long snapshot, Instant time) {}

  /** What is wrong when this catalog is older than one that was seen before. */
  Optional<Finding> contradicts(CatalogState state) {
    return read()
        .flatMap(seen -> contradiction(seen, state))
        .map(
            detail ->
                new Finding(
                    FindingClass.CATALOG_OLDER,
                    FindingClass.CATALOG_OLDER.severity(),
                    Level.EXISTS,
                    "catalog",
                    Optional.empty(),
                    Optional.empty(),
                    detail,
                    FindingClass.CATALOG_OLDER.remedy()));
  }

  private Optional<String> contradiction(Seen seen, CatalogState state) {
    if (seen.snapshot > state.snapshot()) {
      return Optional.of(
          "The catalog's newest snapshot is %d of %s, and snapshot %d of %s has been seen with these files."
              .formatted(state.snapshot(), state.snapshotTime(), seen.snapshot, seen.time));
    }
    return session
        .queryFirst(
            "SELECT snapshot_time FROM %s.ducklake_snapshot WHERE snapshot_id = ?"
                .formatted(Lake.METADATA),
            row -> Objects.requireNonNull(row.getObject(1, OffsetDateTime.class)).toInstant(),
            seen.snapshot)
        .filter(time -> !time.equals(seen.time))
        .map(
            time ->
                "The catalog's snapshot %d is of %s, and one of %s has been seen with these files: the catalog was put back and written again."
                    .formatted(seen.snapshot, time, seen.time));
  }

  private Optional<Seen> read() {
    try {
      JsonNode text = Json.mapper().readTree(Files.readString(file));
      return Optional.of(
          new Seen(
              text.path("snapshot_id").asLong(),
              Instant.parse(text.path("snapshot_time").asString())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException | DateTimeException e) {
      // It is a help and no more: a witness that cannot be read says nothing.
      return Optional.empty();
    }
  }

  /** Remembers this catalog; that it could not be written down is no reason to fail. */
  void remember(CatalogState state) {
    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("snapshot_id", state.snapshot());
    seen.put("snapshot_time", state.snapshotTime().toString());
    Path fresh = file.resolveSibling(NAME + ".new");
    try {
      Files.write(fresh, (Json.line(seen) + "\n").getBytes(StandardCharsets.UTF_8));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // The next check tries again.
    }
  }
}
