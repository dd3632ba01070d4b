package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.testkit.ScratchLake;

class QueryCommandTest {
  @TempDir static Path station;

  @BeforeAll
  static void makeStation() throws IOException {
    Files.writeString(
        station.resolve("station.toml"), "name = 'test'\n[engine]\nmemory_limit = '1GB'\n");
    try (ScratchLake lake = ScratchLake.in(station)) {
      lake.execute("CREATE SCHEMA omop");
      lake.execute(
          "CREATE TABLE omop.person AS SELECT i AS id, 'p' || i AS name FROM range(3) t(i)");
      lake.execute("INSERT INTO omop.person VALUES (3, NULL)");
      lake.execute("DELETE FROM omop.person WHERE id = 0");
    }
    Files.createDirectories(station.resolve("landing"));
    Files.writeString(station.resolve("landing/labs.csv"), "a,b\n1,x\n");
  }

  @Test
  void table_isTheDefault() {
    assertThat(run("FROM omop.person ORDER BY id").exitingWith(0).out())
        .isEqualTo("id  name\n--  ----\n 1  p1\n 2  p2\n 3  NULL\n");
  }

  @Test
  void table_ofMoreRowsThanItShows_saysSoOnStandardError() {
    var ended = run("FROM range(1001)").exitingWith(0);
    assertThat(ended.out().lines()).hasSize(1002);
    assertThat(ended.err()).contains("There are more rows");
    assertThat(run("FROM range(1001)", "--max-rows", "2000").exitingWith(0).err()).isEmpty();
    assertThat(run("FROM range(1000)").exitingWith(0).err()).isEmpty();
  }

  @Test
  void csv_differsBetweenNullAndEmptyText() {
    assertThat(
            run("SELECT NULL AS a, '' AS b, 'x,\"y\"\n' AS c", "--format", "csv")
                .exitingWith(0)
                .out())
        .isEqualTo("a,b,c\n,\"\",\"x,\"\"y\"\"\n\"\n");
  }

  @Test
  void json_isAnArrayOfObjects() {
    var rows = run("FROM omop.person ORDER BY id", "--format", "json").exitingWith(0).json();
    assertThat(rows.toString())
        .isEqualTo(
            "[{\"id\":1,\"name\":\"p1\"},{\"id\":2,\"name\":\"p2\"},{\"id\":3,\"name\":null}]");
    assertThat(run("FROM omop.person ORDER BY id", "--json").exitingWith(0).json()).isEqualTo(rows);
  }

  @Test
  void json_ofNoRows_isAnEmptyArray() {
    assertThat(
            run("FROM omop.person WHERE false", "--format", "json")
                .exitingWith(0)
                .json()
                .toString())
        .isEqualTo("[]");
  }

  @Test
  void columnsOfOneName_getNamesOfTheirOwn() {
    assertThat(run("SELECT 1 AS a, 2 AS A, 3 AS \"x \"\"y\"\"\"", "--json").exitingWith(0).out())
        .contains("{\"a\":1,\"A_1\":2,\"x \\\"y\\\"\":3}");
  }

  @Test
  void at_readsTheLakeAsItWas() {
    assertThat(run("SELECT count(*) AS n FROM omop.person", "--json").exitingWith(0).out())
        .contains("{\"n\":3}");
    assertThat(
            run("SELECT count(*) AS n FROM omop.person", "--json", "--at", "3")
                .exitingWith(0)
                .out())
        .contains("{\"n\":4}");
    assertThat(
            run("SELECT count(*) AS n FROM omop.person", "--json", "--at", "2")
                .exitingWith(0)
                .out())
        .contains("{\"n\":3}");
    assertThat(
            run("SELECT min(id) AS n FROM omop.person", "--json", "--at", "2").exitingWith(0).out())
        .contains("{\"n\":0}");
    assertThat(
            run("SELECT min(id) AS n FROM omop.person", "--json", "--at", Instant.now().toString())
                .exitingWith(0)
                .out())
        .contains("{\"n\":1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"99", "2001-01-01", "2001-01-01 10:00", "2001-01-01T10:00:00Z"})
  void at_aMomentWithoutSnapshot_isAnError(String moment) {
    assertThat(run("SELECT 1", "--at", moment).exitingWith(2).err())
        .startsWith("error[snapshot.unknown]")
        .contains("tarn snapshots");
  }

  @Test
  void at_whatIsNoMoment_isAnError() {
    assertThat(run("SELECT 1", "--at", "yesterday").exitingWith(2).err())
        .contains("`yesterday` is neither a snapshot's number nor a time");
  }

  @Test
  void relativePath_startsAtTheStation() {
    assertThat(
            TypedCommand.in(station.resolve("landing"))
                .run("query", "FROM 'landing/labs.csv'", "--format", "csv")
                .exitingWith(0)
                .out())
        .isEqualTo("a,b\n1,x\n");
  }

  @Test
  void statement_comesFromStandardInputOrAFile() throws IOException {
    assertThat(
            TypedCommand.in(station)
                .given("SELECT 'é' AS a;\n-- done\n")
                .run("query", "-", "--format", "csv")
                .exitingWith(0)
                .out())
        .isEqualTo("a\né\n");
    Path file = Files.writeString(station.resolve("landing/q.sql"), "SELECT 2 AS a");
    assertThat(
            TypedCommand.in(station.resolve("landing"))
                .run("query", "--file", "q.sql", "--format", "csv")
                .exitingWith(0)
                .out())
        .isEqualTo("a\n2\n");
    Files.delete(file);
    assertThat(run("SELECT 1", "--file", "q.sql").exitingWith(2).err()).contains("two statements");
    assertThat(TypedCommand.in(station).run("query").exitingWith(2).err()).contains("no statement");
    assertThat(TypedCommand.in(station).run("query", "--file", "q.sql").exitingWith(2).err())
        .contains("There is no file " + station.resolve("q.sql"));
  }

  @Test
  void output_takesItsFormatFromTheName_andAppearsWhenItIsComplete(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("out.csv");
    var ended = run("FROM omop.person ORDER BY id", "--output", file.toString()).exitingWith(0);
    assertThat(ended.out()).isEmpty();
    assertThat(file).hasContent("id,name\n1,p1\n2,p2\n3,\n");

    var failed =
        run(
            "SELECT CASE WHEN range < 3000000 THEN 1 ELSE error('broken on purpose') END AS a"
                + " FROM range(3000001)",
            "--output",
            file.toString());
    assertThat(failed.exitingWith(2).err()).contains("broken on purpose");
    assertThat(file).hasContent("id,name\n1,p1\n2,p2\n3,\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void output_intoAFolderThatIsNotThere_isAnError() {
    assertThat(run("SELECT 1", "--output", "no/such/x.csv").exitingWith(2).err())
        .contains(station.resolve("no/such").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "ndjson", "arrow"})
  void queryThatFailsHalfWay_fails(String format) {
    var ended =
        run(
            "SELECT CASE WHEN range < 3000000 THEN 1 ELSE error('broken on purpose') END AS a"
                + " FROM range(3000001)",
            "--format",
            format);
    assertThat(ended.exitingWith(2).err()).contains("broken on purpose");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "ndjson", "arrow", "parquet", "table"})
  void readerThatGoesAway_isNoError(String format) {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int next) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var err = new ByteArrayOutputStream();

    int code =
        TypedCommand.in(station)
            .run(closed, err, "query", "FROM range(500000)", "--format", format);

    assertThat(err.size()).isZero();
    assertThat(code).isZero();
  }

  @Test
  void binaryFormat_isNotSentToATerminal() {
    assertThat(
            TypedCommand.in(station)
                .onATerminal()
                .run("query", "SELECT 1", "--format", "arrow")
                .exitingWith(2)
                .err())
        .contains("A terminal cannot show arrow");
  }

  @Test
  void unknownFormat_isNamedWithTheNearest() {
    assertThat(run("SELECT 1", "--format", "parket").exitingWith(2).err())
        .contains("There is no format `parket`; did you mean `parquet`?");
  }

  @Test
  void queryThatIsWrong_saysWhere() {
    assertThat(run("SELECT nme FROM omop.person").exitingWith(2).err())
        .startsWith("error[query.invalid]")
        .contains("nme", "\"name\"");
    assertThat(run("SELEC 1").exitingWith(2).err()).contains("syntax error", "^");
  }

  @Test
  void queryThatWouldWrite_isRefused() throws IOException {
    List<String> before = files();
    assertThat(run("DELETE FROM omop.person").exitingWith(2).err())
        .startsWith("error[query.not-read-only]")
        .contains("`DELETE`", "tarn materialize");
    assertThat(run("SELECT 1; DROP TABLE omop.person").exitingWith(2).err())
        .contains("more than one statement");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void statementThatBeginsWithAComment_isNoOption() {
    assertThat(run("-- one\nSELECT 1 AS a", "--format", "csv").exitingWith(0).out())
        .isEqualTo("a\n1\n");
    assertThat(run("-- nothing").exitingWith(2).err()).contains("There is no query");
  }

  @Test
  void queryThatNeedsMoreThanItMayHave_saysSo() {
    var ended =
        TypedCommand.in(station)
            .with("TARN_ENGINE_MEMORY_LIMIT", "20MB")
            .with("TARN_ENGINE_MAX_TEMP_SIZE", "1MB")
            .run("query", "SELECT count(DISTINCT hash(range)) AS n FROM range(5000000)");
    assertThat(ended.exitingWith(3).err())
        .startsWith("error[engine.out-of-memory]")
        .contains("engine.");
  }

  @Test
  void noLakeYet_saysHowToMakeOne(@TempDir Path empty) {
    TypedCommand.in(empty).run("init", "s").exitingWith(0);
    assertThat(TypedCommand.in(empty.resolve("s")).run("query", "SELECT 1").exitingWith(3).err())
        .startsWith("error[catalog.not-found]")
        .contains("tarn materialize");
    assertThat(empty.resolve("s/lake")).doesNotExist();
  }

  /** What is asked, and how Python shows the value that must come out. */
  private static final List<List<String>> EXACT =
      List.of(
          List.of("0.1::DECIMAL(38,37)", "Decimal('0.1000000000000000000000000000000000000')"),
          List.of("-99999999999999999.99::DECIMAL(19,2)", "Decimal('-99999999999999999.99')"),
          List.of(
              "170141183460469231731687303715884105727::HUGEINT",
              "170141183460469231731687303715884105727"),
          List.of(
              "340282366920938463463374607431768211455::UHUGEINT",
              "340282366920938463463374607431768211455"),
          List.of("9007199254740993", "9007199254740993"),
          List.of("1e-7::DOUBLE", "Decimal('1E-7')"),
          List.of("0.1::FLOAT", "Decimal('0.1')"),
          List.of("'nan'::DOUBLE", "'NaN'"),
          List.of("'-inf'::FLOAT", "'-Infinity'"),
          List.of("'\\x00\\xFFA'::BLOB", "'AP9B'"),
          List.of("TIMESTAMP '2024-02-29 23:59:59.000001'", "'2024-02-29 23:59:59.000001'"),
          List.of(
              "TIMESTAMP_NS '2024-02-29 23:59:59.000000001'", "'2024-02-29 23:59:59.000000001'"),
          List.of("DATE '0001-01-01'", "'0001-01-01'"),
          List.of("NULL", "None"),
          List.of("'\"Zürich\" \t漢字 🦆'", "'\"Zürich\" \\t漢字 🦆'"),
          List.of("1.50::DECIMAL(3,2)", "Decimal('1.50')"),
          List.of(
              "{'a': [12345678901234567890.10::DECIMAL(38,2)], 'f': 1.5::FLOAT}",
              "{'a': [Decimal('12345678901234567890.10')], 'f': Decimal('1.5')}"),
          List.of("{'a': '{\"x\":\n 1.10}'::JSON}", "{'a': {'x': Decimal('1.10')}}"),
          List.of(
              "'{\"a\": 12345678901234567890.10, \"nan\": \"inf, ]\"}'::JSON",
              "{'a': Decimal('12345678901234567890.10'), 'nan': 'inf, ]'}"),
          List.of("'[NaN]'::JSON", "'[NaN]'"),
          List.of("'[1,]'::JSON", "'[1,]'"),
          List.of("{'a': 1.50::DECIMAL(3,2)}::VARIANT", "{'a': Decimal('1.50')}"),
          List.of("[]::INTEGER[]", "[]"),
          List.of("[1.50::DECIMAL(3,2), NULL]", "[Decimal('1.50'), None]"),
          List.of("{'a': {'b': ['nan'::DOUBLE]}, 'c': NULL}", "{'a': {'b': ['NaN']}, 'c': None}"),
          List.of("MAP {'k': 'inf'::FLOAT}", "{'k': 'Infinity'}"),
          List.of("MAP {DATE '2024-01-01': 1}", "{'2024-01-01': 1}"),
          List.of("row(1, 'x', '\\x00'::BLOB)", "[1, 'x', 'AA==']"),
          List.of("union_value(n := 1.5::FLOAT)", "{'n': Decimal('1.5')}"),
          List.of("'{\"a\": [1, \"x\", null]}'::JSON", "{'a': [1, 'x', None]}"),
          List.of("INTERVAL '1 month 2 days'", "'1 month 2 days'"),
          List.of(
              "uuid '00000000-0000-0000-0000-00000000000a'",
              "'00000000-0000-0000-0000-00000000000a'"),
          List.of("true", "True"));

  @Test
  void json_valuesAreExact() throws Exception {
    assertThat(
            Python.prints(
                """
                import json, sys
                from decimal import Decimal
                def refuse(name): raise ValueError(name)
                rows = json.load(sys.stdin, parse_float=Decimal, parse_constant=refuse)
                for value in rows[0].values(): print(repr(value))
                """,
                run(selectOf(EXACT), "--format", "json").exitingWith(0).bytes()))
        .isEqualTo(expected(EXACT));
  }

  private static final List<List<String>> EXACT_AS_TEXT =
      List.of(
          List.of("0.1::DECIMAL(38,37)", "'0.1000000000000000000000000000000000000'"),
          List.of(
              "340282366920938463463374607431768211455::UHUGEINT",
              "'340282366920938463463374607431768211455'"),
          List.of("'nan'::DOUBLE", "'nan'"),
          List.of("'-inf'::FLOAT", "'-inf'"),
          List.of("'\\x00\\xFFA'::BLOB", "'\\\\x00\\\\xFFA'"),
          List.of(
              "TIMESTAMP_NS '2024-02-29 23:59:59.000000001'", "'2024-02-29 23:59:59.000000001'"),
          List.of("'a,\"b\"' || chr(13) || chr(10) || 'c'", "'a,\"b\"\\r\\nc'"),
          List.of("' x '", "' x '"),
          List.of("'NULL'", "'NULL'"),
          List.of("[1, NULL]", "'[1, NULL]'"),
          List.of("true", "'true'"));

  @Test
  void csv_valuesAreExact() throws Exception {
    assertThat(
            Python.prints(
                """
                import csv, io, sys
                text = io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline='')
                rows = list(csv.reader(text, strict=True))
                assert len(rows) == 2, rows
                for value in rows[1]: print(repr(value))
                """,
                run(selectOf(EXACT_AS_TEXT), "--format", "csv").exitingWith(0).bytes()))
        .isEqualTo(expected(EXACT_AS_TEXT));
  }

  private static final List<List<String>> EXACT_AS_COLUMNS =
      List.of(
          List.of("0.1::DECIMAL(38,37)", "Decimal('0.1000000000000000000000000000000000000')"),
          List.of("9007199254740993", "9007199254740993"),
          List.of(
              "99999999999999999999999999999999999999::HUGEINT",
              "Decimal('99999999999999999999999999999999999999')"),
          List.of("sum(9007199254740993)", "Decimal('9007199254740993')"),
          List.of("[1::HUGEINT]", "[Decimal('1')]"),
          List.of("'nan'::DOUBLE", "nan"),
          List.of("'\\x00\\xFFA'::BLOB", "b'\\x00\\xffA'"),
          List.of(
              "TIMESTAMP '2024-02-29 23:59:59.000001'",
              "datetime.datetime(2024, 2, 29, 23, 59, 59, 1)"),
          List.of("DATE '0001-01-01'", "datetime.date(1, 1, 1)"),
          List.of("NULL::INTEGER", "None"),
          List.of("{'a': [1.5::DECIMAL(2,1), NULL]}", "{'a': [Decimal('1.5'), None]}"),
          List.of("MAP {'k': 'v'}", "[('k', 'v')]"),
          List.of("'Zürich 漢字 🦆'", "'Zürich 漢字 🦆'"));

  @Test
  void arrow_valuesAreExact() throws Exception {
    assertThat(
            Python.prints(
                """
                import pyarrow, sys
                table = pyarrow.ipc.open_stream(sys.stdin.buffer).read_all()
                table.validate(full=True)
                for value in table.to_pylist()[0].values(): print(repr(value))
                """,
                run(selectOf(EXACT_AS_COLUMNS), "--format", "arrow").exitingWith(0).bytes()))
        .isEqualTo(expected(EXACT_AS_COLUMNS));
  }

  @Test
  void parquet_valuesAreExact() throws Exception {
    assertThat(
            Python.prints(
                """
                import io, pyarrow.parquet, sys
                table = pyarrow.parquet.read_table(io.BytesIO(sys.stdin.buffer.read()))
                for value in table.to_pylist()[0].values(): print(repr(value))
                """,
                run(selectOf(EXACT_AS_COLUMNS), "--format", "parquet").exitingWith(0).bytes()))
        .isEqualTo(expected(EXACT_AS_COLUMNS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrow", "parquet"})
  void wholeNumberThatTheFormatCannotHold_isAnErrorAndNotAnotherNumber(String format) {
    assertThat(
            run("SELECT 100000000000000000000000000000000000000::HUGEINT AS a", "--format", format)
                .exitingWith(2)
                .err())
        .contains("100000000000000000000000000000000000000");
  }

  @Test
  void arrow_ofManyBatches_isWhole() throws Exception {
    assertThat(
            Python.prints(
                """
                import pyarrow, sys
                table = pyarrow.ipc.open_stream(sys.stdin.buffer).read_all()
                print(table.num_rows, pyarrow.compute.sum(table['i']))
                """
                    .replace("import pyarrow,", "import pyarrow, pyarrow.compute,"),
                run("SELECT range AS i FROM range(1000000)", "--format", "arrow")
                    .exitingWith(0)
                    .bytes()))
        .isEqualTo("1000000 499999500000\n");
  }

  private static String selectOf(List<List<String>> cases) {
    return IntStream.range(0, cases.size())
        .mapToObj(at -> cases.get(at).getFirst() + " AS c" + at)
        .collect(Collectors.joining(", ", "SELECT ", ""));
  }

  private static String expected(List<List<String>> cases) {
    return cases.stream().map(each -> each.getLast() + "\n").collect(Collectors.joining());
  }

  /** Every file of the station with its size and time, so that a change of any is seen. */
  private static List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(station)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(station.resolve(".tarn")))
          .sorted()
          .map(QueryCommandTest::described)
          .toList();
    }
  }

  private static String described(Path file) {
    try {
      return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TypedCommand.Ended run(String sql, String... options) {
    return TypedCommand.in(station)
        .run(Stream.concat(Stream.of("query", sql), Arrays.stream(options)).toArray(String[]::new));
  }
}
