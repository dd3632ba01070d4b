package tarn.files;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;
import tarn.lake.Tables;
import tools.jackson.databind.JsonNode;

/** The tables of the model registry; {@code spec/model-registry.md} specifies them. */
final class ModelTables {
  static final String SCHEMA = "model_registry";
  static final TableName FILES = new TableName(SCHEMA, "files");
  static final TableName VERSIONS = new TableName(SCHEMA, "versions");
  static final TableName MOVES = new TableName(SCHEMA, "alias_history");

  private ModelTables() {}

  static void create(Session session) {
    Collections.create(session, FILES);
    session.execute(
        """
        CREATE TABLE IF NOT EXISTS %s (name VARCHAR, "version" INTEGER, digest VARCHAR,
          files BIGINT, bytes BIGINT, pickles VARCHAR, description VARCHAR, tags VARCHAR[],
          metadata JSON, metrics MAP(VARCHAR, DOUBLE),
          lineage STRUCT(asset_key VARCHAR, "snapshot" BIGINT)[], run_id VARCHAR,
          pushed_by VARCHAR, pushed_at TIMESTAMPTZ)"""
            .formatted(VERSIONS.quoted()));
    session.execute(
        """
        CREATE TABLE IF NOT EXISTS %s (name VARCHAR, alias VARCHAR, move INTEGER,
          "version" INTEGER, moved_by VARCHAR, moved_at TIMESTAMPTZ)"""
            .formatted(MOVES.quoted()));
    session.execute(
        """
        CREATE VIEW IF NOT EXISTS %s."%s".aliases AS
        SELECT name, alias, "version", moved_by, moved_at FROM (
          SELECT *, row_number() OVER (PARTITION BY name, alias ORDER BY move DESC) AS back
          FROM "%s".alias_history) WHERE back = 1 AND "version" IS NOT NULL"""
            .formatted(Lake.NAME, SCHEMA, SCHEMA));
  }

  /** Views that name the model and the version of each row of what readers found. */
  static void createView(Session session, String view, String table) {
    session.execute(
        """
        CREATE VIEW IF NOT EXISTS %1$s."%2$s"."%3$s" AS
        SELECT split_part(path, '/', 1) AS name, split_part(path, '/', 2)::INTEGER AS "version",
          regexp_replace(path, '^[^/]+/[^/]+/', '') AS file, * EXCLUDE (collection, path, sha256)
        FROM "%2$s"."%4$s" AS found"""
            .formatted(Lake.NAME, SCHEMA, view, table));
  }

  static boolean exist(Session session) {
    return Tables.find(session, VERSIONS).isPresent();
  }

  /**
   * @param condition on {@code v}, the versions
   */
  static List<ModelVersion> versions(Session session, String condition) {
    return exist(session)
        ? session.query(
            """
      SELECT v.name, v."version", v.digest, v.files, v.bytes, v.pickles, v.description,
        to_json(v.tags)::VARCHAR, v.metadata::VARCHAR, to_json(v.metrics)::VARCHAR,
        to_json(v.lineage)::VARCHAR, v.run_id, v.pushed_by, v.pushed_at,
        to_json(coalesce((SELECT list(a.alias ORDER BY a.alias) FROM %2$s."%3$s".aliases a
          WHERE a.name = v.name AND a."version" = v."version"), []))::VARCHAR
      FROM %1$s v WHERE %4$s ORDER BY lower(v.name), v.name, v."version"
      """
                .formatted(VERSIONS.quoted(), Lake.NAME, SCHEMA, condition),
            ModelTables::version)
        : List.of();
  }

  static List<ModelVersion> ofName(Session session, String name) {
    return versions(session, "v.name = " + Sql.literal(name));
  }

  /**
   * @throws TarnException {@code model.unknown} when there is no such version
   */
  static ModelVersion find(Session session, ModelReference reference) {
    List<ModelVersion> all = ofName(session, reference.name());
    Optional<ModelVersion> found =
        switch (reference.which()) {
          case ModelReference.Which.Newest _ -> all.reversed().stream().findFirst();
          case ModelReference.Which.Numbered(int number) ->
              all.stream().filter(each -> each.version() == number).findFirst();
          case ModelReference.Which.Alias(String alias) ->
              all.stream().filter(each -> each.aliases().contains(alias)).findFirst();
        };
    return found.orElseThrow(
        () ->
            new TarnException(
                ErrorCode.MODEL_UNKNOWN,
                "There is no model " + reference + ".",
                all.isEmpty()
                    ? "`tarn models list` shows them."
                    : "`tarn models list " + reference.name() + "` shows its versions."));
  }

  /** Their paths without the name and the version. */
  static List<ListedFile> files(Session session, ModelVersion version) {
    String prefix = version.name() + "/" + version.version() + "/";
    return CollectionReader.files(session, FILES, List.of(prefix + "*"), OptionalLong.empty())
        .stream()
        .map(
            file ->
                new ListedFile(
                    file.path().substring(prefix.length()),
                    file.reference(),
                    file.format(),
                    file.finding(),
                    file.added()))
        .toList();
  }

  static List<ModelService.AliasMove> moves(Session session, String name) {
    return session.query(
        """
        SELECT alias, "version", moved_by, moved_at FROM %s WHERE name = ?
        ORDER BY moved_at, alias, move"""
            .formatted(MOVES.quoted()),
        row -> {
          int version = row.getInt(2);
          boolean taken = row.wasNull();
          return new ModelService.AliasMove(
              text(row.getString(1)),
              taken ? OptionalInt.empty() : OptionalInt.of(version),
              text(row.getString(3)),
              instant(row, 4));
        },
        name);
  }

  private static ModelVersion version(ResultSet row) throws SQLException {
    Map<String, Double> metrics = new LinkedHashMap<>();
    json(row, 10)
        .properties()
        .forEach(each -> metrics.put(each.getKey(), each.getValue().asDouble()));
    List<ModelVersion.TrainedOn> lineage = new ArrayList<>();
    json(row, 11)
        .forEach(
            each ->
                lineage.add(
                    new ModelVersion.TrainedOn(
                        each.path("asset_key").asString(), each.path("snapshot").asLong())));
    return new ModelVersion(
        text(row.getString(1)),
        row.getInt(2),
        text(row.getString(3)),
        row.getLong(4),
        row.getLong(5),
        Optional.ofNullable(row.getString(6)),
        Optional.ofNullable(row.getString(7)),
        texts(json(row, 8)),
        json(row, 9),
        metrics,
        lineage,
        Optional.ofNullable(row.getString(12)),
        text(row.getString(13)),
        instant(row, 14),
        texts(json(row, 15)));
  }

  private static JsonNode json(ResultSet row, int column) throws SQLException {
    return Json.mapper().readTree(text(row.getString(column)));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asString()));
    return texts;
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNull(row.getObject(column, OffsetDateTime.class)).toInstant();
  }

  private static String text(@Nullable String value) {
    return Objects.requireNonNull(value);
  }
}
