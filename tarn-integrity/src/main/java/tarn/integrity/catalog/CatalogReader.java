package tarn.integrity.catalog;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.duckdb.DuckDBAppender;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.integrity.files.FileStore;
import tarn.integrity.finding.Level;
import tarn.lake.EngineErrors;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * Copies what a check needs of the catalog into the {@link Workspace}, all from one snapshot of the
 * catalog's database, so that a million files pass through the engine and not through the JVM.
 */
public final class CatalogReader {
  private static final int PAGE = 20_000;

  private final Session session;
  private final FileStore store;
  private final String dataPath;

  /**
   * @param session with no transaction open; it is one of {@link Lake#catalogSession}
   * @param dataPath as the lake is attached with it
   */
  public CatalogReader(Session session, FileStore store, String dataPath) {
    this.session = session;
    this.store = store;
    this.dataPath = dataPath;
  }

  /** Reads the catalog inside the transaction that the caller began. */
  public CatalogState read(Scope scope, Level level) throws IOException {
    session.execute(folders());
    session.execute(files(scope));
    canonicalise("file", "sequence");
    canonicalise("folder", "table_id");
    if (level.includes(Level.FOOTER)) {
      session.execute(columns());
      session.execute(statistics());
    }
    return state();
  }

  private CatalogState state() {
    record Newest(long id, Instant time) {}
    Newest newest =
        session
            .queryFirst(
                "SELECT snapshot_id, snapshot_time FROM %s.ducklake_snapshot ORDER BY 1 DESC LIMIT 1"
                    .formatted(Lake.METADATA),
                row ->
                    new Newest(
                        row.getLong(1),
                        Objects.requireNonNull(row.getObject(2, OffsetDateTime.class)).toInstant()))
            .orElseThrow(
                () ->
                    new TarnException(
                        ErrorCode.CATALOG_INVALID,
                        "The catalog has no snapshot at all.",
                        "Restore the catalog from a backup."));
    return session
        .queryFirst(
            """
            SELECT count(DISTINCT table_id) FILTER (in_scope), count(*) FILTER (in_scope AND kind < 2),
              coalesce(sum(size) FILTER (in_scope AND kind < 2), 0)::BIGINT,
              count(*) FILTER (kind = 2)
            FROM %s"""
                .formatted(Workspace.FILES),
            row ->
                new CatalogState(
                    newest.id,
                    newest.time,
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4)))
        .orElseThrow();
  }

  /** Kinds are numbered as {@link tarn.integrity.finding.FileKind} numbers them. */
  private String files(Scope scope) {
    String inScope =
        "r.kind < 2"
            + scope.schema().map(name -> " AND r.schema_name = " + Sql.literal(name)).orElse("")
            + scope.table().map(name -> " AND r.table_name = " + Sql.literal(name)).orElse("")
            + scope.sinceSnapshot().map(id -> " AND r.begin_snapshot >= " + id).orElse("")
            + scope.partition().map(CatalogReader::inPartition).orElse("");
    return """
        CREATE OR REPLACE TEMP TABLE tarn_check_file AS
        WITH file AS (
          SELECT 0 AS kind, data_file_id AS file_id, table_id, begin_snapshot, end_snapshot,
            path, path_is_relative, file_format AS format, record_count AS row_count,
            file_size_bytes AS size, footer_size AS footer_length, encryption_key, mapping_id,
            NULL::BIGINT AS data_file_id
          FROM %1$s.ducklake_data_file
          UNION ALL
          SELECT 1, delete_file_id, table_id, begin_snapshot, end_snapshot, path, path_is_relative,
            format, delete_count, file_size_bytes, footer_size, encryption_key, NULL, data_file_id
          FROM %1$s.ducklake_delete_file
        ), resolved AS (
          SELECT kind, file_id, f.table_id, schema_name, table_name, begin_snapshot, end_snapshot,
            CASE WHEN f.path_is_relative THEN coalesce(d.path, %2$s) || f.path ELSE f.path END
              AS path,
            lower(format) AS format, row_count, size, nullif(footer_length, 0) AS footer_length,
            encryption_key, mapping_id, data_file_id, NULL::TIMESTAMPTZ AS given_up,
            f.end_snapshot IS NULL AND coalesce(d.live, false) AS live
          FROM file f LEFT JOIN %5$s d ON d.table_id = f.table_id
          UNION ALL
          SELECT 2, data_file_id, NULL, NULL, NULL, NULL, NULL,
            CASE WHEN path_is_relative THEN %2$s || path ELSE path END,
            NULL, NULL, NULL, NULL, NULL, NULL, NULL, schedule_start, false
          FROM %1$s.ducklake_files_scheduled_for_deletion
        )
        SELECT row_number() OVER (ORDER BY r.kind, r.table_id, r.file_id) AS sequence,
          r.kind::UTINYINT AS kind, r.file_id, r.table_id, r.schema_name, r.table_name,
          r.begin_snapshot, r.end_snapshot, r.path, r.format,
          coalesce(r.row_count, 0) AS row_count, coalesce(r.size, 0) AS size, r.footer_length,
          r.encryption_key, r.mapping_id, r.data_file_id, r.given_up, r.live,
          s.snapshot_time AS began,
          d.path AS data_file_path, d.record_count AS data_file_rows,
          %3$s AS in_scope,
          %4$s AS key
        FROM resolved r
        LEFT JOIN %1$s.ducklake_data_file d ON d.data_file_id = r.data_file_id
        LEFT JOIN %1$s.ducklake_snapshot s ON s.snapshot_id = r.begin_snapshot
        ORDER BY sequence"""
        .formatted(Lake.METADATA, Sql.literal(dataPath), inScope, key("r.path"), Workspace.FOLDERS);
  }

  /** A delete file belongs where its data file does. */
  private static String inPartition(Scope.Partition partition) {
    return """
         AND coalesce(r.data_file_id, r.file_id) IN (
          SELECT v.data_file_id FROM %1$s.ducklake_file_partition_value v
          JOIN %1$s.ducklake_data_file f ON f.data_file_id = v.data_file_id
          JOIN %1$s.ducklake_partition_column p ON p.partition_id = f.partition_id
            AND p.table_id = f.table_id AND p.partition_key_index = v.partition_key_index
          JOIN %1$s.ducklake_column c ON c.table_id = f.table_id AND c.column_id = p.column_id
          WHERE c.column_name = %2$s AND v.partition_value = %3$s)"""
        .formatted(Lake.METADATA, Sql.literal(partition.column()), Sql.literal(partition.value()));
  }

  /** Where each table's files are by default. */
  private String folders() {
    return """
        CREATE OR REPLACE TEMP TABLE tarn_check_folder AS
        WITH newest_schema AS (
          SELECT schema_id, schema_name, path, path_is_relative FROM %1$s.ducklake_schema
          QUALIFY row_number() OVER (PARTITION BY schema_id ORDER BY begin_snapshot DESC) = 1
        ), newest_table AS (
          SELECT * FROM %1$s.ducklake_table
          QUALIFY row_number() OVER (PARTITION BY table_id ORDER BY begin_snapshot DESC) = 1
        ), folder AS (
          SELECT t.table_id, s.schema_name, t.table_name, t.end_snapshot IS NULL AS live,
            CASE WHEN NOT coalesce(t.path_is_relative, true) THEN t.path
              WHEN NOT coalesce(s.path_is_relative, true) THEN s.path || coalesce(t.path, '')
              ELSE %2$s || coalesce(s.path, '') || coalesce(t.path, '') END AS path
          FROM newest_table t LEFT JOIN newest_schema s ON s.schema_id = t.schema_id
        )
        SELECT table_id, schema_name, table_name, live, path, %3$s AS key FROM folder"""
        .formatted(Lake.METADATA, Sql.literal(dataPath), key("regexp_replace(path, '/$', '')"));
  }

  /** SQL of the canonical form of a plain path below the data path, and null for any other. */
  private String key(String path) {
    return """
        CASE WHEN starts_with(%1$s, %2$s)
          AND NOT regexp_matches(substr(%1$s, length(%2$s) + 1), '(^|/)\\.{0,2}(/|$)|\\\\')
          THEN %3$s || substr(%1$s, length(%2$s) + 1) END"""
        .formatted(path, Sql.literal(dataPath), Sql.literal(store.root() + "/"));
  }

  /** Paths of an odd form, and those outside the data path, are resolved one by one. */
  private void canonicalise(String what, String number) throws IOException {
    session.execute("CREATE OR REPLACE TEMP TABLE tarn_check_odd(number BIGINT, key VARCHAR)");
    String table = "temp.main.tarn_check_" + what;
    record Odd(long number, String path) {}
    long last = -1;
    long resolved = 0;
    while (true) {
      List<Odd> page =
          session.query(
              "SELECT %2$s, path FROM %1$s WHERE key IS NULL AND %2$s > ? ORDER BY 1 LIMIT %3$d"
                  .formatted(table, number, PAGE),
              row -> new Odd(row.getLong(1), Objects.requireNonNull(row.getString(2))),
              last);
      if (page.isEmpty()) {
        break;
      }
      try (DuckDBAppender appender =
          session.connection().createAppender("temp", "main", "tarn_check_odd")) {
        for (Odd odd : page) {
          appender.beginRow();
          appender.append(odd.number);
          appender.append(canonical(odd.path));
          appender.endRow();
        }
      } catch (SQLException e) {
        throw EngineErrors.translate(e);
      }
      last = page.getLast().number;
      resolved += page.size();
    }
    if (resolved > 0) {
      session.execute(
          "UPDATE %1$s AS f SET key = o.key FROM temp.main.tarn_check_odd o WHERE f.%2$s = o.number"
              .formatted(table, number));
    }
  }

  private String canonical(String path) throws IOException {
    try {
      return store.canonical(path);
    } catch (IllegalArgumentException e) {
      // No path that this system could have: it leads nowhere, which is found out when it is used.
      return path;
    }
  }

  private static String columns() {
    return """
        CREATE OR REPLACE TEMP TABLE tarn_check_column AS
        SELECT table_id, column_id, begin_snapshot, end_snapshot, column_name, column_type,
          parent_column
        FROM %s.ducklake_column ORDER BY table_id, column_id"""
        .formatted(Lake.METADATA);
  }

  private static String statistics() {
    return """
        CREATE OR REPLACE TEMP TABLE tarn_check_statistics AS
        SELECT f.sequence, s.column_id, s.column_size_bytes, s.value_count, s.null_count,
          s.min_value, s.max_value, s.contains_nan
        FROM %s.ducklake_file_column_stats s
        JOIN %s f ON f.kind = 0 AND f.in_scope AND f.file_id = s.data_file_id
        ORDER BY f.sequence"""
        .formatted(Lake.METADATA, Workspace.FILES);
  }

  /** Files in the order of their numbers, from one number on. */
  public static List<FileRecord> page(Session session, long after, int limit) {
    return select(
        session,
        "WHERE f.in_scope AND f.sequence > " + after + " ORDER BY f.sequence LIMIT " + limit);
  }

  /**
   * Files that a condition picks.
   *
   * @param rest SQL behind {@code FROM … f}
   */
  public static List<FileRecord> select(Session session, String rest) {
    return session.query(
        "SELECT " + FileRecord.COLUMNS + " FROM " + Workspace.FILES + " f " + rest,
        FileRecord::read);
  }

  /** A partition's values as a person reads them, such as {@code region=north}. */
  public static Optional<String> partition(Session session, long dataFile) {
    return session
        .queryFirst(
            """
            SELECT string_agg(coalesce(c.column_name, 'key ' || v.partition_key_index::VARCHAR)
                || '=' || coalesce(v.partition_value, 'NULL'), ', ' ORDER BY v.partition_key_index)
            FROM %1$s.ducklake_file_partition_value v
            JOIN %1$s.ducklake_data_file f ON f.data_file_id = v.data_file_id
            LEFT JOIN %1$s.ducklake_partition_column p ON p.partition_id = f.partition_id
              AND p.table_id = f.table_id AND p.partition_key_index = v.partition_key_index
            LEFT JOIN (SELECT DISTINCT ON (table_id, column_id) table_id, column_id, column_name
                FROM %1$s.ducklake_column ORDER BY begin_snapshot DESC) c
              ON c.table_id = f.table_id AND c.column_id = p.column_id
            WHERE v.data_file_id = ?"""
                .formatted(Lake.METADATA),
            row -> Optional.ofNullable(row.getString(1)),
            dataFile)
        .flatMap(value -> value);
  }
}
