package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.definition.QueryAnalyzer.Analyzed;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.testkit.BareEngine;

class QueryAnalyzerTest {
  private static final QueryParser PARSER = new QueryParser();

  @AfterAll
  static void close() {
    PARSER.close();
  }

  /** A query with the tables that it reads, in lower case with spaces between. */
  record Example(String tables, String query) {}

  static Stream<Example> examples() {
    return Stream.of(
        new Example("a", "SELECT * FROM a"),
        new Example("a", "FROM a"),
        new Example("a", "FROM a SELECT id"),
        new Example("a", "TABLE a"),
        new Example("a", "select Id from A"),
        new Example("a", "FROM \"a\""),
        new Example("a", "FROM memory.main.a"),
        new Example("a", "FROM main.a"),
        new Example("s.a", "FROM s.a"),
        new Example("s.a", "FROM memory.s.a"),
        new Example("s.odd name", "FROM s.\"odd name\""),
        new Example("a b", "FROM a, b"),
        new Example("a b", "FROM a JOIN b USING (id)"),
        new Example("a b", "FROM a NATURAL JOIN b"),
        new Example("a b c", "FROM a LEFT JOIN (b JOIN c USING (id)) USING (id)"),
        new Example("a b", "FROM a ASOF JOIN b ON a.id >= b.id"),
        new Example("a b", "FROM a POSITIONAL JOIN b"),
        new Example("a b", "FROM a SEMI JOIN b USING (id)"),
        new Example("a b", "SELECT * FROM a UNION ALL SELECT * FROM b"),
        new Example("a b c", "FROM a UNION BY NAME (FROM b EXCEPT FROM c)"),
        new Example("a b", "FROM a INTERSECT FROM b ORDER BY ALL"),
        new Example("a b", "FROM a WHERE id IN (SELECT id FROM b)"),
        new Example("a b", "FROM a WHERE EXISTS (FROM b WHERE b.id = a.id)"),
        new Example("a b", "FROM a WHERE id > ALL (SELECT id FROM b)"),
        new Example("a b", "SELECT (SELECT max(id) FROM b) FROM a"),
        new Example("a b", "SELECT id FROM a GROUP BY id HAVING id > (SELECT min(id) FROM b)"),
        new Example("a b", "FROM a ORDER BY (SELECT max(id) FROM b)"),
        new Example("a b", "FROM a LIMIT (SELECT max(id) FROM b)"),
        new Example("a b", "FROM a LIMIT 1 OFFSET (SELECT max(id) FROM b)"),
        new Example("a b", "FROM a QUALIFY row_number() OVER (ORDER BY id) > (SELECT 1 FROM b)"),
        new Example("a b", "SELECT sum(v) OVER (ORDER BY (SELECT max(id) FROM b)) FROM a"),
        new Example("a b", "SELECT sum(v) FILTER (WHERE id > (SELECT min(id) FROM b)) FROM a"),
        new Example("a b", "SELECT CASE WHEN id = 1 THEN (SELECT max(id) FROM b) END FROM a"),
        new Example("a b", "SELECT [id, (SELECT max(id) FROM b)] FROM a"),
        new Example("a b", "SELECT {k: (SELECT max(id) FROM b)} FROM a"),
        new Example("a b", "SELECT * REPLACE ((SELECT max(id) FROM b) AS id) FROM a"),
        new Example("b", "SELECT ARRAY(SELECT id FROM b)"),
        new Example("a b", "FROM a, LATERAL (SELECT * FROM b WHERE b.id = a.id) l"),
        new Example("a b", "FROM a JOIN b ON a.id = (SELECT max(id) FROM b)"),
        new Example("a", "SELECT * FROM (SELECT * FROM (FROM a) x) y"),
        new Example("a", "WITH x AS (FROM a) FROM x"),
        new Example("a", "WITH X AS (FROM a) FROM x"),
        new Example("a", "WITH x AS MATERIALIZED (FROM a) FROM x, x y"),
        new Example("a b", "WITH x AS (FROM a), y AS (FROM x, b) FROM y"),
        new Example("a", "WITH a AS (FROM a) FROM a"),
        new Example("", "WITH a AS (SELECT 1 AS id) FROM a"),
        new Example("s.a", "WITH a AS (SELECT 1 AS id) FROM a JOIN s.a t USING (id)"),
        new Example("a", "WITH a AS (SELECT 1 AS id) FROM a JOIN main.a t USING (id)"),
        new Example("b", "WITH x AS (FROM b), b AS (SELECT 1 AS id) FROM x, b"),
        new Example("b", "FROM (WITH b AS (SELECT 1 AS id) FROM b) x, b"),
        new Example(
            "", "WITH b AS (SELECT 1 AS id) FROM (FROM b) x, (SELECT (SELECT max(id) FROM b)) y"),
        new Example("", "WITH b AS (SELECT 1 AS id) FROM b UNION ALL FROM b"),
        new Example(
            "a b", "(WITH b AS (SELECT 1 AS id) SELECT a.id FROM b, a) UNION ALL SELECT id FROM b"),
        new Example(
            "a",
            "WITH RECURSIVE t AS (SELECT id FROM a UNION ALL SELECT id + 1 FROM t WHERE id < 3) FROM t"),
        new Example("t", "WITH RECURSIVE t AS (SELECT id FROM t) FROM t"),
        new Example(
            "a b",
            "WITH RECURSIVE t AS (WITH z AS (FROM b) SELECT a.id FROM a, z UNION SELECT id FROM t) FROM t"),
        new Example(
            "a",
            "WITH RECURSIVE t(i, w) USING KEY (i) AS (SELECT id, v FROM a UNION SELECT t.i, t.w FROM t JOIN recurring.t r ON t.i = r.i WHERE t.i < 0) FROM t"),
        new Example("a", "FROM a AT (VERSION => 1)"),
        new Example("a", "FROM a TABLESAMPLE 10%"),
        new Example("a", "PIVOT a ON y IN ('p', 'q') USING sum(v)"),
        new Example("a", "FROM a PIVOT (sum(v) FOR y IN ('p', 'q'))"),
        new Example("a", "PIVOT a ON y USING sum(v)"),
        new Example("a", "PIVOT a ON y USING sum(v) GROUP BY id ORDER BY id"),
        new Example("a", "PIVOT a ON y, id USING sum(v)"),
        new Example("a", "PIVOT a ON y"),
        new Example("a b", "PIVOT (SELECT a.* FROM a JOIN b USING (id)) ON y USING sum(v)"),
        new Example("a b", "WITH p AS (PIVOT a ON y USING sum(v)) FROM p, b"),
        new Example("a b", "FROM (PIVOT a ON y USING sum(v)), (PIVOT b ON y USING sum(v))"),
        new Example(
            "a", "-- a PIVOT\nFROM (/* of */ PIVOT a ON y /* dates */ USING sum(v)) -- end"),
        new Example("a", "UNPIVOT a ON id, v INTO NAME n VALUE w"),
        new Example("a", "FROM a UNPIVOT (w FOR n IN (id, v))"),
        new Example("a", "SUMMARIZE a"),
        new Example("a", "SUMMARIZE SELECT id FROM a"),
        new Example("a", "FROM (SUMMARIZE a)"),
        new Example("a", "DESCRIBE a"),
        new Example("", "SELECT 1"),
        new Example("", "VALUES (1), (2)"),
        new Example("a", "VALUES ((SELECT max(id) FROM a))"),
        new Example("", "FROM range(3)"),
        new Example("", "SELECT 'FROM a' AS \"FROM b\" -- FROM c"),
        new Example("a b", "FROM query('FROM a JOIN b USING (id)')"),
        new Example("a", "FROM query('FROM query(''FROM a'')')"),
        new Example("a", "FROM query_table('a')"),
        new Example("s.a", "FROM query_table('s.a')"),
        new Example("a b", "FROM query_table(['a', 'b'])"),
        new Example("a", "FROM histogram(a, v)"),
        new Example("a", "SELECT count(*) FROM a GROUP BY ALL"),
        new Example("a", "SELECT COLUMNS('i.*') FROM a"),
        new Example("ü b", "SELECT \"ü b\".id FROM \"ü b\""));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void tables_areFoundWhereverTheQueryNamesThem(Example example) {
    assertThat(tables(example.query())).isEqualTo(expected(example));
  }

  /**
   * The expectations themselves, tried on the engine: with these tables the query can be planned,
   * and without any one of them it cannot.
   */
  @ParameterizedTest
  @MethodSource("examples")
  void expectedTables_areWhatTheEngineNeeds(Example example) {
    String query = example.query().replace(" AT (VERSION => 1)", "");
    Set<String> expected = expected(example);
    assertThat(isPlanned(query, expected)).as("with %s", expected).isTrue();
    for (String missing : expected) {
      Set<String> others = new TreeSet<>(expected);
      others.remove(missing);
      assertThat(isPlanned(query, others)).as("without %s", missing).isFalse();
    }
  }

  private static boolean isPlanned(String query, Set<String> tables) {
    try (BareEngine engine = BareEngine.start()) {
      engine.execute("CREATE SCHEMA s");
      for (String table : tables) {
        int dot = table.indexOf('.');
        String name = dot < 0 ? '"' + table + '"' : "s.\"" + table.substring(dot + 1) + '"';
        engine.execute("CREATE TABLE " + name + " AS SELECT 1 AS id, 2 AS v, 'p' AS y");
      }
      try {
        engine.execute(query.contains("PIVOT") ? query : "EXPLAIN " + query);
        return true;
      } catch (AssertionError e) {
        assertThat(String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()))
            .containsAnyOf("does not exist", "Circular reference to CTE");
        return false;
      }
    }
  }

  private static Set<String> expected(Example example) {
    if (example.tables().contains("odd") || example.tables().contains("ü")) {
      return Set.of(example.tables());
    }
    return Stream.of(example.tables().split(" "))
        .filter(table -> !table.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> tables(String query) {
    return analyze(query).reads().tables.stream()
        .map(table -> table.toString().toLowerCase(java.util.Locale.ROOT))
        .map(table -> table.replace("memory.", "").replace("main.", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void parts_areKeptApart() {
    QueryReads reads = analyze("FROM lake.omop.\"p.q\"").reads();

    assertThat(reads.tables)
        .containsExactly(new QueryReads.TableReference("lake", "omop", "p.q", 5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SELECT id + 1, lower(y), sum(v) OVER (), count(*), [1], {a: 1}, y LIKE 'a' FROM a",
        "SELECT extract(year FROM d), age(d, e), strftime(d, '%Y'), date_trunc('day', d) FROM a",
        "SELECT list_transform([1], lambda x: x), list_filter([1], lambda x: x > 0), unnest([1])",
        "SELECT hash(id), md5(y), regexp_replace(y, 'a', 'b'), coalesce(y, ''), nullif(y, '') FROM a",
        "SELECT list_append([1], 2), split_part('a', 'b', 1), date_add(d, INTERVAL 1 DAY) FROM a",
        "SELECT 'now', 'random()'",
        "SELECT now FROM a",
        "FROM a TABLESAMPLE reservoir(10 ROWS) REPEATABLE (3)",
        "FROM range(3), generate_series(1, 2), unnest([1])",
        "FROM json_each('{}')",
        "FROM query('FROM a')",
        "FROM query_table('a')",
        "DESCRIBE a",
        "FROM a AT (VERSION => 3)",
        "SELECT current_schema()",
        "SELECT row_number() OVER (ORDER BY id), lag(id) OVER (ORDER BY id), first(v) FROM a GROUP BY ALL",
        "SELECT row(1, 2), (1, 2), struct_pack(a := 1), map {'a': 1}, try(1 / 0), TRY_CAST('a' AS INT)",
      })
  void query_ofTablesAlone_isRepeatable(String query) {
    assertThat(analyze(query).reads().isVolatile).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT now()",
        "SELECT NOW()",
        "SELECT random()",
        "SELECT uuid()",
        "SELECT gen_random_uuid()",
        "SELECT current_date",
        "SELECT CURRENT_TIMESTAMP",
        "SELECT current_time",
        "SELECT localtimestamp",
        "SELECT current_localtimestamp()",
        "SELECT today()",
        "SELECT age(d) FROM a",
        "SELECT ago(INTERVAL 1 DAY)",
        "SELECT nextval('s')",
        "SELECT txid_current()",
        "SELECT some_macro_of_the_lake(id) FROM a",
        "FROM a WHERE d < now()",
        "WITH x AS (SELECT random() AS r) FROM x",
        "FROM a TABLESAMPLE 10%",
        "FROM a USING SAMPLE 10 ROWS",
        "FROM a AT (TIMESTAMP => now() - INTERVAL 1 DAY)",
        "FROM read_csv('landing/x.csv')",
        "FROM read_parquet(['a', 'b'])",
        "FROM glob('*')",
        "FROM duckdb_tables()",
        "FROM some_table_function(1)",
        "SHOW TABLES",
        "SHOW ALL TABLES",
        "FROM query('SELECT random()')",
        "FROM lake.table_changes('a', 0, 2)",
      })
  void query_ofAClockChanceOrFiles_isVolatile(String query) {
    assertThat(analyze(query).reads().isVolatile).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM read_csv('landing/x.csv') | landing/x.csv",
        "FROM read_csv_auto(['b.csv', 'a.csv']) | a.csv b.csv",
        "FROM read_json('x.json', format := 'array') | x.json",
        "FROM parquet_scan('x/*.parquet') | x/*.parquet",
        "FROM read_csv(getvariable('x')) | ''",
        "SELECT (SELECT max(a) FROM read_text('t')) FROM range(2) | t",
      })
  void filesRead_areNamed(String query, String files) {
    assertThat(String.join(" ", new TreeSet<>(analyze(query).reads().files))).isEqualTo(files);
  }

  @Test
  void changeFeed_readsItsTable() {
    assertThat(tables("FROM lake.table_changes('a', 0, 2)")).containsExactly("a");
    assertThat(tables("FROM ducklake_table_changes('lake', 's', 'a', 0, 2)"))
        .containsExactly("lake.s.a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1; | SELECT 1",
        "SELECT 1 ; ; | SELECT 1",
        "SELECT 1; -- a; b | SELECT 1",
        "SELECT ';' AS a | SELECT ';' AS a",
        "SELECT ';' AS a; /* ; */ | SELECT ';' AS a",
        "SELECT 1 -- a; b | SELECT 1 -- a; b",
        "PIVOT a ON y USING sum(v); | PIVOT a ON y USING sum(v)",
      })
  void semicolonAtTheEnd_isTakenOff(String query, String rest) {
    assertThat(analyze(query).query().text()).isEqualTo(rest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT 1; SELECT 2 | there are 2 statements",
        "SELECT 1; DROP TABLE a | this is not a SELECT",
        "DROP TABLE a | this is not a SELECT",
        "INSERT INTO a VALUES (1) | this is not a SELECT",
        "CREATE TABLE a AS SELECT 1 | this is not a SELECT",
        "COPY a TO 'x' | this is not a SELECT",
        "EXPLAIN SELECT 1 | this is not a SELECT",
        "PRAGMA version | this is not a SELECT",
        "ATTACH 'x' | this is not a SELECT",
        "SET threads = 1 | this is not a SELECT",
        "~~ | there is no query",
        "-- only a comment | there is no query",
        "; | there is no query",
        "SELECT 1; PIVOT a ON y USING sum(v) | this is not a SELECT",
        "SELECT * FROM a WHERE x = ? | the query has a parameter",
        "SELECT $1 | the query has a parameter",
        "SELECT * FROM query('DROP TABLE a') | this is not a SELECT",
        "SELECT * FROM query('SELECT ?') | the query has a parameter",
        "FROM query_table(getvariable('x')) | what `query_table` reads is not known",
        "FROM query(concat('FROM ', 'a')) | what `query` reads is not known",
        "SELECT 1 FROM a.b.c.d | NOT IMPLEMENTED",
        "SELECT * INTO b FROM a | SELECT INTO not supported",
        "SELECT /* never closed | unterminated /* comment",
      })
  void text_thatIsNoSelect_isRefused(String query, String complaint) {
    TarnException error = failure(new QueryText("assets/x.sql", query, 4, 0));

    assertThat(error.code()).isEqualTo(ErrorCode.ASSET_QUERY_INVALID);
    assertThat(error).hasMessageStartingWith("assets/x.sql:4:").hasMessageContaining(complaint);
    assertThat(error.remedy()).isNotBlank();
  }

  @Test
  void syntaxError_isMarkedInItsLine() {
    String query = "SELECT id,\n\t'ü😀' AS x\n  FROM a WHERE WHERE";

    assertThat(failure(new QueryText("assets/x.sql", query, 7, 3)))
        .hasMessage(
            """
            assets/x.sql:9:16: syntax error at or near "WHERE"
            9 |   FROM a WHERE WHERE
              |                ^""");
  }

  @Test
  void syntaxError_inTheFirstLine_countsWhatStandsBeforeIt() {
    assertThat(failure(new QueryText("assets/x.sql", "SELEC 1", 3, 3)))
        .hasMessageStartingWith("assets/x.sql:3:4: syntax error at or near \"SELEC\"");
  }

  @Test
  void syntaxError_afterATab_isMarkedBelow() {
    assertThat(failure(new QueryText("x.sql", "SELECT 'ä',\n\t\t= 1", 1, 0)))
        .hasMessageEndingWith("2 | \t\t= 1\n  | \t\t^");
  }

  @Test
  void openText_isRefused() {
    assertThat(failure(new QueryText("x.sql", "SELECT\n 'open", 1, 0)))
        .hasMessageStartingWith("x.sql:2:2: unterminated quoted string");
  }

  @Test
  void nulCharacter_isRefused() {
    assertThat(failure(new QueryText("x.sql", "SELECT 1\n, \0 2", 1, 0)))
        .hasMessageStartingWith("x.sql:2:3: there is a NUL character");
  }

  @Test
  void pivotsFromData_inThreePlaces_areRefusedWithTheWayOut() {
    TarnException error =
        failure(new QueryText("x.sql", "PIVOT a ON id, v, y USING count(*)", 1, 0));

    assertThat(error).hasMessageContaining("PIVOT");
    assertThat(error.remedy()).contains("IN (2025, 2026)");
  }

  @Test
  void manyQueries_keepTheirOrder() {
    List<QueryText> queries =
        java.util.stream.IntStream.range(0, 300)
            .mapToObj(index -> new QueryText("x.sql", "FROM t" + index, 1, 0))
            .toList();

    List<Analyzed> analyzed = analyze(queries);

    for (int index = 0; index < 300; index++) {
      assertThat(analyzed.get(index).reads().tables.getFirst().table()).isEqualTo("t" + index);
    }
  }

  @Test
  void noQueries_areNoError() {
    assertThat(analyze(List.of())).isEmpty();
  }

  @Test
  void nestedTooDeep_isRefused() {
    String query = "FROM a";
    for (int depth = 0; depth < 9; depth++) {
      query = "FROM query('" + query.replace("'", "''") + "')";
    }
    String deep = query;
    assertThatThrownBy(() -> analyze(deep)).hasMessageContaining("stands in itself too often");
  }

  private static Analyzed analyze(String query) {
    return analyze(List.of(new QueryText("x.sql", query, 1, 0))).getFirst();
  }

  private static List<Analyzed> analyze(List<QueryText> queries) {
    Mistakes mistakes = new Mistakes();
    List<Optional<Analyzed>> analyzed = new QueryAnalyzer(PARSER, mistakes).analyze(queries);
    mistakes.refuse();
    return analyzed.stream().map(Optional::orElseThrow).toList();
  }

  private static TarnException failure(QueryText query) {
    return Objects.requireNonNull(
        catchThrowableOfType(TarnException.class, () -> analyze(List.of(query))),
        "analyzed without an error");
  }
}
