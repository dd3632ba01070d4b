package tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.gateway.RunningGateway.json;
import static tarn.gateway.RunningGateway.text;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.Json;

/** What a reader with bad intentions may try: none of it leads out of what the key shows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EscapeTest {
  private static final String SECRET = "S3CR3T";

  private Path folder;
  private RunningGateway station;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    RunningGateway.write(
        folder,
        "access.toml",
        """
        [roles.research]
        role = "reader"
        [[roles.research.grants]]
        schema = "omop"
        table = "person"
        filter = "not hidden"
        masks = { name = "NULL", birth = "date_trunc('year', birth)::DATE" }
        [[roles.research.grants]]
        schema = "mart"
        """);
    RunningGateway.write(folder, "secret.txt", SECRET);
    RunningGateway.write(folder, "secret.csv", "a\n" + SECRET + "\n");
    station =
        RunningGateway.in(
            folder, Map.of("TARN_SERVE_QUERY_SECONDS", "2", "TARN_SERVE_QUERY_MEMORY", "300MB"));
    station.sql(
        "CREATE SCHEMA omop",
        "CREATE SCHEMA mart",
        "CREATE SCHEMA hidden_schema",
        "CREATE TABLE omop.person AS SELECT 1 AS id, 'Ann' AS name, DATE '1980-05-06' AS birth,"
            + " false AS hidden UNION ALL SELECT 2, '"
            + SECRET
            + "', DATE '1970-02-03', true",
        "CREATE TABLE mart.stays AS SELECT 7 AS days",
        "CREATE TABLE hidden_schema.other AS SELECT '" + SECRET + "' AS v",
        "CREATE TABLE bare AS SELECT '" + SECRET + "' AS v");
    station.with(station.makeKey("research"));
  }

  @AfterAll
  void stop() {
    station.close();
  }

  private HttpResponse<byte[]> query(String sql) {
    return station.post("/api/v1/query", Json.line(Map.of("sql", sql)));
  }

  List<String> escapes() {
    String data = folder.resolve("lake/data") + "/**/*.parquet";
    String file = folder.resolve("secret.txt").toString();
    return List.of(
        // Files.
        "SELECT * FROM read_text('" + file + "')",
        "SELECT * FROM read_blob('" + file + "')",
        "SELECT * FROM read_csv('" + folder + "/secret.csv')",
        "SELECT * FROM '" + folder + "/secret.csv'",
        "SELECT * FROM \"" + folder + "/secret.csv\"",
        "FROM '/etc/passwd'",
        "SELECT * FROM read_json('/proc/self/environ')",
        "SELECT * FROM read_parquet('" + data + "')",
        "SELECT * FROM parquet_scan('" + data + "')",
        "SELECT * FROM parquet_metadata('" + data + "')",
        "SELECT * FROM sniff_csv('" + folder + "/secret.csv')",
        "SELECT * FROM glob('/**')",
        "SELECT * FROM glob('" + data + "')",
        "COPY (SELECT 1) TO '" + folder + "/out.csv'",
        "COPY omop.person TO '" + folder + "/out.parquet' (FORMAT parquet)",
        "EXPORT DATABASE '" + folder + "/out'",
        "IMPORT DATABASE '" + folder + "/out'",
        "SELECT * FROM read_duckdb('" + folder + "/lake/catalog.ducklake')",
        "SELECT (SELECT content FROM read_text('" + file + "'))",
        "SELECT 1 WHERE EXISTS (FROM read_text('" + file + "'))",
        "WITH a AS (SELECT * FROM read_text('" + file + "')) SELECT * FROM a",
        "SELECT * FROM (VALUES (1)) v(x), LATERAL (SELECT * FROM read_text('" + file + "'))",
        "SELECT count(*) FILTER (WHERE EXISTS (FROM read_text('" + file + "')))",
        "SELECT 1 ORDER BY (SELECT content FROM read_text('" + file + "'))",
        "SELECT 1 LIMIT (SELECT length(content) FROM read_text('" + file + "'))",
        "SELECT sum(1) OVER (ORDER BY (SELECT size FROM read_text('" + file + "')))",
        "SELECT 1 UNION ALL SELECT length(content) FROM read_text('" + file + "')",
        // Addresses, extensions, other databases.
        "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
        "SELECT * FROM 'https://127.0.0.1/x.parquet'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD 'x.duckdb_extension'",
        "ATTACH '" + folder + "/lake/catalog.ducklake' AS c",
        "ATTACH ':memory:' AS m",
        "DETACH __lake_1",
        "USE __lake_1",
        "SELECT * FROM __lake_1.omop.person",
        "SELECT * FROM \"__lake_1\".hidden_schema.other",
        "SELECT * FROM __ducklake_metadata___lake_1.ducklake_table",
        "SELECT * FROM __ducklake_metadata___lake_1.main.ducklake_data_file",
        "SELECT * FROM lake.bare",
        "SELECT * FROM ducklake_snapshots('__lake_1')",
        "SELECT * FROM ducklake_list_files('__lake_1', 'person')",
        "SELECT * FROM ducklake_table_info('__lake_1')",
        "CALL ducklake_expire_snapshots('__lake_1')",
        "SELECT * FROM postgres_scan('', '', '')",
        "SELECT * FROM sqlite_scan('" + folder + "/lake/catalog.ducklake', 't')",
        // Settings, secrets, the environment, the engine itself.
        "SELECT getenv('PATH')",
        "SELECT current_setting('temp_directory')",
        "SET memory_limit = '100GB'",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA memory_limit = '100GB'",
        "PRAGMA database_list",
        "SHOW TABLES",
        "SHOW ALL TABLES",
        "DESCRIBE omop.person",
        "SUMMARIZE omop.person",
        "SELECT * FROM (DESCRIBE omop.person)",
        "SELECT * FROM (SHOW ALL TABLES)",
        "EXPLAIN SELECT * FROM omop.person",
        "EXPLAIN ANALYZE SELECT * FROM omop.person",
        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM which_secret('s3://x', 's3')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM duckdb_databases()",
        "SELECT * FROM duckdb_tables()",
        "SELECT * FROM duckdb_views()",
        "SELECT * FROM duckdb_columns()",
        "SELECT * FROM duckdb_extensions()",
        "SELECT * FROM duckdb_temporary_files()",
        "SELECT * FROM duckdb_logs()",
        "SELECT * FROM duckdb_external_file_cache()",
        "SELECT * FROM duckdb_tables",
        "SELECT * FROM duckdb_databases",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM pg_catalog.pg_tables",
        "SELECT * FROM pg_tables",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM system.main.duckdb_tables",
        "SELECT * FROM system.information_schema.columns",
        "SELECT * FROM temp.main.x",
        "SELECT * FROM pragma_database_size()",
        "SELECT * FROM pragma_storage_info('omop.person')",
        "SELECT * FROM pragma_show('omop.person')",
        "SELECT current_query()",
        "SELECT current_database()",
        "SELECT version()",
        "SELECT getvariable('x')",
        "SELECT txid_current()",
        "SELECT nextval('s')",
        "SELECT write_log('x')",
        "SELECT stats(name) FROM omop.person",
        "SELECT sleep_ms(100000)",
        // A name that stands for something else.
        "WITH duckdb_tables AS (SELECT 1) SELECT * FROM duckdb_tables",
        "SELECT * FROM (WITH duckdb_settings AS (SELECT 1) SELECT 1), duckdb_settings",
        "WITH RECURSIVE sqlite_master AS (SELECT 1) SELECT * FROM sqlite_master",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('omop.person')",
        "SELECT * FROM query_table(['hidden_schema.other'])",
        "SELECT * FROM seq_scan('x')",
        "SELECT * FROM arrow_scan(1, 2, 3)",
        "SELECT * FROM histogram('hidden_schema.other', 'v')",
        "SELECT * FROM json_execute_serialized_sql('{}')",
        "SELECT json_serialize_sql('SELECT 1')",
        "SELECT json_serialize_plan('SELECT * FROM hidden_schema.other')",
        "SELECT system.main.current_setting('temp_directory')",
        // Statements that are no query, alone or behind one.
        "SELECT 1; SELECT * FROM hidden_schema.other",
        "SELECT 1; DROP TABLE omop.person",
        "PREPARE p AS SELECT * FROM hidden_schema.other",
        "EXECUTE p",
        "DEALLOCATE p",
        "CREATE TABLE x AS SELECT 1",
        "CREATE OR REPLACE VIEW omop.person AS SELECT 1",
        "CREATE MACRO m() AS TABLE SELECT * FROM hidden_schema.other",
        "CREATE SECRET s (TYPE s3)",
        "INSERT INTO omop.person VALUES (3, 'x', NULL, false)",
        "UPDATE omop.person SET name = 'x'",
        "DELETE FROM omop.person",
        "MERGE INTO omop.person USING omop.person AS s ON true WHEN MATCHED THEN DELETE",
        "DROP VIEW omop.person",
        "TRUNCATE omop.person",
        "ALTER VIEW omop.person RENAME TO p",
        "COMMENT ON VIEW omop.person IS 'x'",
        "BEGIN",
        "COMMIT",
        "CHECKPOINT",
        "VACUUM",
        "FORCE CHECKPOINT",
        "SET VARIABLE x = 1",
        "WITH x AS (INSERT INTO omop.person VALUES (1) RETURNING *) SELECT * FROM x",
        "SELECT 1) UNION ALL (SELECT 2",
        "SELECT 1 /* unfinished",
        "PIVOT omop.person ON id",
        // Tables of others, and other moments of one's own.
        "SELECT * FROM hidden_schema.other",
        "SELECT * FROM HIDDEN_SCHEMA.OTHER",
        "SELECT * FROM bare",
        "SELECT * FROM main.bare",
        "SELECT * FROM _tarn.materializations",
        "SELECT * FROM omop.person AT (VERSION => 1)",
        "SELECT * FROM omop.no_such_table",
        "SELECT * FROM omop.person JOIN hidden_schema.other ON true",
        "SELECT * FROM omop.person WHERE name IN (SELECT v FROM hidden_schema.other)",
        "SELECT omop.person.name, (SELECT max(v) FROM hidden_schema.other) FROM omop.person");
  }

  @ParameterizedTest
  @MethodSource("escapes")
  void escape_isRefused(String sql) {
    HttpResponse<byte[]> response = query(sql);
    assertThat(response.statusCode()).as(text(response)).isIn(400, 403);
    assertThat(json(response).path("code").asString())
        .isIn("query.invalid", "query.not-read-only", "access.denied");
    assertThat(text(response)).doesNotContain(SECRET);
    assertThat(folder.resolve("out.csv")).doesNotExist();
    assertThat(folder.resolve("out.parquet")).doesNotExist();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** Each takes all it can get: time, or memory by a way that the engine counts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM range(1000000000) a, range(1000000000) b",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r, range(10)) SELECT count(*) FROM r",
        "SELECT list(range) FROM range(10000000000)",
        "SELECT array_agg(DISTINCT hash(range)) FROM range(1000000000)",
        "SELECT string_agg(range::VARCHAR, '') FROM range(100000000000)",
        "SELECT a.range FROM range(100000000) a JOIN range(100000000) b ON a.range % 7 = b.range % 7 ORDER BY hash(a.range) LIMIT 1 OFFSET 100000000",
      })
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void bomb_isStopped(String sql) {
    HttpResponse<byte[]> response = query(sql);
    assertThat(response.statusCode()).as(text(response)).isIn(400, 503);
    assertThat(json(response).path("code").asString())
        .isIn("query.limit-exceeded", "engine.out-of-memory");
    assertThat(json(query("SELECT days FROM mart.stays")).path(0).path("days").asInt())
        .isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT repeat('x', 4000000000)",
        "SELECT repeat(repeat('x', 10000), 10000)",
        "SELECT lpad('x', 2000000000, 'y')",
        "SELECT repeat('x', range::INTEGER) FROM range(10000000)",
        "SELECT printf('%2000000000d', 1)",
        "SELECT format('{:2000000000}', 1)",
        "SELECT list_resize([1], 10000000000)",
      })
  void valueWithoutBounds_isRefused(String sql) {
    assertThat(query(sql).statusCode()).isEqualTo(400);
  }

  @Test
  void deepNesting_isRefusedWithoutHarm() {
    String deep = "SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000);
    assertThat(query(deep).statusCode()).isIn(200, 400);
    String functions = "SELECT " + "abs(".repeat(15_000) + "1" + ")".repeat(15_000);
    assertThat(query(functions).statusCode()).isEqualTo(400);
    assertThat(query("SELECT '" + "x".repeat(200_000) + "'").statusCode()).isEqualTo(400);
    assertThat(station.get("/ready").statusCode()).isEqualTo(200);
  }

  /** A condition of the query that fails, or takes long, on a hidden row would tell of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) AS n FROM omop.person WHERE CASE WHEN id = 2 THEN error('found') ELSE true END",
        "SELECT count(*) AS n FROM omop.person WHERE 1 / (id - 2) IS NOT NULL",
        "SELECT count(*) AS n FROM omop.person WHERE CAST(replace(id::VARCHAR, '2', 'x') AS INTEGER) > 0",
        "SELECT count(*) AS n FROM omop.person p JOIN (SELECT 2 AS k UNION SELECT 1) ON p.id = k"
            + " WHERE CASE WHEN p.id = 2 THEN error('found') ELSE true END",
      })
  void hiddenRow_isNeverLookedAt(String sql) {
    HttpResponse<byte[]> response = query(sql);
    assertThat(text(response)).isEqualTo("[\n{\"n\":1}\n]\n");
  }

  @Test
  void rowsAndColumns_areThoseOfTheRole() {
    assertThat(text(query("SELECT id, name, birth::VARCHAR AS birth FROM omop.person")))
        .isEqualTo("[\n{\"id\":1,\"name\":null,\"birth\":\"1980-01-01\"}\n]\n");
    assertThat(text(query("SELECT count(*) AS n FROM omop.person WHERE name IS NOT NULL")))
        .contains("\"n\":0");
    assertThat(text(station.get("/api/v1/data/omop/person?filter=name:eq:Ann")))
        .contains("\"items\":[]");
    assertThat(text(station.get("/api/v1/data/omop/person"))).doesNotContain(SECRET, "Ann");
    assertThat(station.get("/api/v1/data/hidden_schema/other").statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT p.id, s.days FROM omop.person p CROSS JOIN mart.stays AS s",
        "WITH a AS (SELECT id FROM omop.person) SELECT count(*) FROM a GROUP BY ALL HAVING count(*) > 0",
        "SELECT id, row_number() OVER (PARTITION BY birth ORDER BY id) FROM omop.person QUALIFY true",
        "FROM omop.person SELECT * EXCLUDE (name) LIMIT 5",
        "SELECT list_transform([1, 2], lambda x: x + 1), {'a': 1}, MAP {'k': 2}, [1, 2][1]",
        "SELECT CASE WHEN id BETWEEN 1 AND 3 THEN 'a' ELSE 'b' END FROM omop.person",
        "PIVOT (SELECT id, birth FROM omop.person) ON id IN (1, 2) USING count(*)",
        "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b INTO NAME k VALUE v",
        "SELECT unnest([1, 2, 3]) AS n UNION SELECT range FROM range(3) EXCEPT SELECT 1",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT sum(n) FROM r",
        "SELECT date_trunc('month', birth), strftime(birth, '%Y'), age(birth) FROM omop.person",
        "SELECT id FROM omop.person WHERE id IN (SELECT days - 6 FROM mart.stays) -- a comment",
        "SELECT '2024-01-01'::DATE + INTERVAL 1 DAY, 'a' || 'b', 5 % 2, NOT true, 'x' LIKE 'y%', 'a' COLLATE NOCASE",
        "SELECT DISTINCT ON (id) id FROM omop.person ORDER BY id DESC NULLS LAST LIMIT 50%",
        "SELECT count(*), sum(id) FILTER (WHERE id > 0) FROM omop.person GROUP BY GROUPING SETS ((), (id))",
        "SELECT COLUMNS('i.*') FROM omop.person",
        "VALUES (1, 'a'), (2, 'b')",
        "SELECT json_extract('{\"a\": 1}', '$.a'), regexp_matches('abc', 'b'), repeat('ab', 3)",
        "SELECT * FROM omop.person TABLESAMPLE 100%",
        "SELECT (1, 2) = (1, 2), x FROM (VALUES (1)) AS t(x) ASOF JOIN (VALUES (1)) AS u(y) ON x >= y;",
      })
  void ordinaryQuery_isRun(String sql) {
    HttpResponse<byte[]> response = query(sql);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    assertThat(text(response)).doesNotContain(SECRET);
  }

  @Test
  void catalogCopies_doNotPileUp() throws Exception {
    for (int n = 0; n < 5; n++) {
      station.sql("INSERT INTO mart.stays VALUES (7)");
      assertThat(query("SELECT count(*) FROM mart.stays").statusCode()).isEqualTo(200);
    }
    try (var files = Files.list(folder.resolve(".tarn/sandbox/catalogs"))) {
      assertThat(files.count()).isLessThanOrEqualTo(3);
    }
  }
}
