package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.DecimalSize;
import tarn.assets.Output;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.testkit.BareEngine;
import tarn.testkit.ScratchLake;

class RowsRelationTest {
  @TempDir Path folder;
  private ScratchLake scratch;
  private Session session;

  @BeforeEach
  void open() {
    scratch = ScratchLake.in(folder);
    session = scratch.lake().session();
  }

  @AfterEach
  void close() {
    session.close();
    scratch.close();
  }

  enum Sex {
    FEMALE,
    MALE
  }

  record Address(String street, @Nullable Integer number) {}

  @SuppressWarnings("ArrayRecordComponent") // byte[] is what a BLOB comes from
  record Everything(
      boolean flag,
      byte tiny,
      short small,
      int integer,
      long big,
      float single,
      double twice,
      @Nullable Long boxed,
      String text,
      BigDecimal amount,
      @DecimalSize(precision = 9, scale = 2) BigDecimal price,
      BigInteger huge,
      LocalDate date,
      LocalTime time,
      LocalDateTime local,
      Instant instant,
      OffsetDateTime offset,
      UUID uuid,
      byte[] bytes,
      Sex sex,
      Optional<String> maybe,
      OptionalInt maybeNumber,
      Address address,
      List<String> names,
      Map<String, Integer> counts) {}

  private static Everything everything() {
    return new Everything(
        true,
        (byte) -128,
        (short) 32767,
        -2147483648,
        9223372036854775807L,
        1.5f,
        Double.MIN_VALUE,
        null,
        "Grüße 🏥\n\"quoted\"",
        new BigDecimal("-1234567890123456789012345678.0123456789"),
        new BigDecimal("1234567.8"),
        new BigInteger("99999999999999999999999999999999999999"),
        LocalDate.of(1899, 12, 31),
        LocalTime.of(23, 59, 59, 999_999_999),
        LocalDateTime.of(1582, 10, 4, 0, 0, 0, 1_000),
        Instant.parse("2024-02-29T23:00:00.123456Z"),
        OffsetDateTime.parse("2024-03-01T01:00:00+02:00"),
        UUID.fromString("ffffffff-0000-4000-8000-000000000001"),
        new byte[] {0, -1, 65},
        Sex.FEMALE,
        Optional.of("there"),
        OptionalInt.empty(),
        new Address("Main St", null),
        List.of("a", "", "ü"),
        new TreeMap<>(Map.of("x", 1, "y", 2)));
  }

  private <T> T with(Output output, Function<StreamedRelation, T> work) {
    return RelationSource.standard().withRelation(session, output, work);
  }

  /** Writes the output to a table of the lake through the connection that also reads the stream. */
  private void write(Output output, String table) {
    with(
        output,
        relation -> {
          session.execute("CREATE TABLE " + table + " AS " + relation.select());
          return 0;
        });
  }

  @Test
  void types_areThoseOfTheComponents() {
    write(Output.rows(Everything.class, Stream.of(everything())), "typed");
    session.close();
    scratch.close();
    // Written by hand from the engine's documentation of its types.
    try (BareEngine bare = BareEngine.on(scratch)) {
      assertThat(
              bare.rows(
                  "SELECT column_name || ' ' || data_type FROM duckdb_columns() WHERE table_name = 'typed' ORDER BY column_index"))
          .containsExactly(
              "flag BOOLEAN",
              "tiny TINYINT",
              "small SMALLINT",
              "integer INTEGER",
              "big BIGINT",
              "single FLOAT",
              "twice DOUBLE",
              "boxed BIGINT",
              "text VARCHAR",
              "amount DECIMAL(38,10)",
              "price DECIMAL(9,2)",
              "huge DECIMAL(38,0)",
              "date DATE",
              "time TIME",
              "local TIMESTAMP",
              "instant TIMESTAMP WITH TIME ZONE",
              "offset TIMESTAMP WITH TIME ZONE",
              "uuid UUID",
              "bytes BLOB",
              "sex VARCHAR",
              "maybe VARCHAR",
              "maybeNumber INTEGER",
              "address STRUCT(street VARCHAR, number INTEGER)",
              "names VARCHAR[]",
              "counts MAP(VARCHAR, INTEGER)");
    }
  }

  @Test
  void values_comeBackAsTheyWere() {
    write(Output.rows(Everything.class, Stream.of(everything())), "kept");
    session.close();
    scratch.close();
    try (BareEngine bare = BareEngine.on(scratch)) {
      bare.execute("SET TimeZone = 'UTC'");
      assertThat(
              bare.rows(
                  "UNPIVOT (SELECT flag::VARCHAR a, tiny::VARCHAR b, small::VARCHAR c, integer::VARCHAR d, big::VARCHAR e, single::VARCHAR f, twice::VARCHAR g, text h, amount::VARCHAR i, price::VARCHAR j, huge::VARCHAR k, date::VARCHAR l, time::VARCHAR m, local::VARCHAR n, instant::VARCHAR o, \"offset\"::VARCHAR p, uuid::VARCHAR q, bytes::VARCHAR r, sex s, maybe t, address::VARCHAR u, names::VARCHAR v, counts::VARCHAR w, (boxed IS NULL AND maybeNumber IS NULL)::VARCHAR x FROM kept) ON * INTO NAME n VALUE v"))
          .containsExactly(
              "a|true",
              "b|-128",
              "c|32767",
              "d|-2147483648",
              "e|9223372036854775807",
              "f|1.5",
              "g|5e-324",
              "h|Grüße 🏥\n\"quoted\"",
              "i|-1234567890123456789012345678.0123456789",
              "j|1234567.80",
              "k|99999999999999999999999999999999999999",
              "l|1899-12-31",
              "m|23:59:59.999999",
              "n|1582-10-04 00:00:00.000001",
              "o|2024-02-29 23:00:00.123456+00",
              "p|2024-02-29 23:00:00+00",
              "q|ffffffff-0000-4000-8000-000000000001",
              "r|\\x00\\xFFA",
              "s|FEMALE",
              "t|there",
              "u|{'street': Main St, 'number': NULL}",
              "v|[a, '', ü]",
              "w|{x=1, y=2}",
              "x|true");
    }
  }

  record Nested(
      @Nullable Address address,
      @Nullable List<@Nullable List<Long>> lists,
      @Nullable Map<String, @Nullable List<Address>> map,
      List<Optional<UUID>> ids) {}

  @Test
  void nested_nullsAtEveryDepthStayWhereTheyAre() {
    UUID id = UUID.fromString("00000000-0000-0000-0000-0000000000ff");
    Map<String, @Nullable List<Address>> map = new TreeMap<>();
    map.put("empty", List.of());
    map.put("none", null);
    map.put("one", List.of(new Address("s", 1)));
    List<@Nullable List<Long>> lists = new ArrayList<>();
    lists.add(List.of(1L, 2L));
    lists.add(null);
    lists.add(List.of());
    Nested full =
        new Nested(new Address("a", 2), lists, map, List.of(Optional.of(id), Optional.empty()));
    Nested bare = new Nested(null, null, null, List.of());
    List<String> rows =
        with(
            Output.rows(Nested.class, Stream.of(bare, full, bare, full)),
            relation ->
                session.query(
                    "SELECT address::VARCHAR || '#', lists::VARCHAR, map::VARCHAR, ids::VARCHAR FROM ("
                        + relation.select()
                        + ")",
                    row ->
                        row.getString(1)
                            + "|"
                            + row.getString(2)
                            + "|"
                            + row.getString(3)
                            + "|"
                            + row.getString(4)));
    String expectedFull =
        "{'street': a, 'number': 2}#|[[1, 2], NULL, []]"
            + "|{empty=[], none=NULL, one=[{'street': s, 'number': 1}]}"
            + "|[00000000-0000-0000-0000-0000000000ff, NULL]";
    assertThat(rows)
        .containsExactly("null|null|null|[]", expectedFull, "null|null|null|[]", expectedFull);
  }

  record Numbered(long id, String name, @Nullable Double half, LocalDate day, List<Long> two) {}

  private static Numbered numbered(long id) {
    return new Numbered(
        id,
        "name" + id,
        id % 3 == 0 ? null : id / 2.0,
        LocalDate.ofEpochDay(id % 20_000),
        List.of(id, -id));
  }

  @Test
  void manyRows_throughTheConnectionThatWrites_allArrive() {
    long count = 300_000;
    AtomicLong streamed = new AtomicLong();
    with(
        Output.rows(
            Numbered.class, LongStream.range(0, count).mapToObj(RowsRelationTest::numbered)),
        relation -> {
          session.execute("BEGIN TRANSACTION");
          session.execute("CREATE TABLE many AS " + relation.select());
          session.execute("COMMIT");
          streamed.set(relation.count().orElseThrow());
          return 0;
        });
    assertThat(streamed).hasValue(count);
    session.close();
    scratch.close();
    try (BareEngine bare = BareEngine.on(scratch)) {
      // The same rows made by the engine itself; nothing may be left over on either side.
      bare.execute(
          "CREATE TABLE memory.main.expected AS SELECT i AS id, 'name' || i AS name,"
              + " CASE WHEN i % 3 = 0 THEN NULL ELSE i / 2.0 END AS half,"
              + " DATE '1970-01-01' + (i % 20000)::INTEGER AS day, [i, -i] AS two"
              + " FROM range("
              + count
              + ") r(i)");
      assertThat(
              bare.value(
                  "SELECT count(*) FROM ((FROM memory.main.expected EXCEPT ALL FROM lake.many) UNION ALL (FROM lake.many EXCEPT ALL FROM memory.main.expected))"))
          .isEqualTo("0");
      assertThat(bare.value("SELECT count(*) FROM lake.many")).isEqualTo("300000");
    }
  }

  record Wide(String text) {}

  @Test
  void bigTexts_comeInBatchesOfBytes() {
    String large = "x".repeat(3 << 20);
    String length =
        with(
            Output.rows(Wide.class, Stream.generate(() -> new Wide(large)).limit(100)),
            relation ->
                session
                    .queryFirst(
                        "SELECT count(*) || ' ' || sum(length(text)) FROM ("
                            + relation.select()
                            + ")",
                        row -> row.getString(1))
                    .orElseThrow());
    assertThat(length).isEqualTo("100 314572800");
  }

  @Test
  void plan_doesNotConsumeTheStream() {
    AtomicLong made = new AtomicLong();
    Stream<Wide> rows = Stream.generate(() -> new Wide("r" + made.incrementAndGet())).limit(3);
    List<String> read =
        with(
            Output.rows(Wide.class, rows),
            relation -> {
              session.execute("DESCRIBE " + relation.select());
              session.execute("EXPLAIN " + relation.select());
              assertThat(made).hasValue(0);
              return session.query(relation.select(), row -> row.getString(1));
            });
    assertThat(read).containsExactly("r1", "r2", "r3");
  }

  @Test
  void secondReading_isRefusedRatherThanEmpty() {
    TarnException refused =
        catchThrowableOfType(
            TarnException.class,
            () ->
                with(
                    Output.rows(Wide.class, Stream.of(new Wide("a"))),
                    relation -> {
                      session.execute("CREATE TABLE first AS " + relation.select());
                      return session.query(relation.select(), row -> row.getString(1));
                    }));
    assertThat(refused).hasMessageContaining("This stream has been released");
    assertThat(scratch.value("SELECT count(*) FROM first")).isEqualTo("1");
  }

  @Test
  void failingStream_namesTheRow_writesNothing_andIsClosed() {
    AtomicBoolean closed = new AtomicBoolean();
    Stream<Numbered> rows =
        LongStream.range(0, 100_000)
            .mapToObj(
                id -> {
                  if (id == 70_000) {
                    throw new IllegalStateException("the database went away");
                  }
                  return numbered(id);
                })
            .onClose(() -> closed.set(true));
    TarnException failed =
        catchThrowableOfType(
            TarnException.class, () -> write(Output.rows(Numbered.class, rows), "half"));
    assertThat(failed.code()).isEqualTo(ErrorCode.ASSET_FAILED);
    assertThat(failed)
        .hasMessageContaining("Row 70001 of the stream")
        .hasMessageContaining("the database went away");
    assertThat(failed).hasRootCauseInstanceOf(IllegalStateException.class);
    assertThat(closed).isTrue();
    assertThat(scratch.value("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'"))
        .isEqualTo("0");
  }

  @Test
  void workThatFails_closesTheStream() {
    AtomicBoolean closed = new AtomicBoolean();
    Stream<Wide> rows = Stream.of(new Wide("a")).onClose(() -> closed.set(true));
    IllegalStateException failed =
        catchThrowableOfType(
            IllegalStateException.class,
            () ->
                with(
                    Output.rows(Wide.class, rows),
                    _ -> {
                      throw new IllegalStateException("work failed");
                    }));
    assertThat(failed).hasMessage("work failed");
    assertThat(closed).isTrue();
  }

  @Test
  @SuppressWarnings("NullAway") // a stream may hold what its type forbids
  void nullRow_isAnError() {
    Stream<Wide> rows = Arrays.stream(new Wide[] {new Wide("a"), null});
    TarnException failed =
        catchThrowableOfType(
            TarnException.class, () -> write(Output.rows(Wide.class, rows), "nulls"));
    assertThat(failed).hasMessage("Row 2 of the stream is null.");
  }

  @Test
  void emptyStream_isATableWithoutRows() {
    write(Output.rows(Numbered.class, Stream.empty()), "empty");
    assertThat(scratch.value("SELECT count(*) FROM empty")).isEqualTo("0");
  }

  record Money(@DecimalSize(precision = 5, scale = 2) BigDecimal value) {}

  @Test
  void decimalThatWouldBeRounded_isRefusedWithItsRow() {
    TarnException failed =
        catchThrowableOfType(
            TarnException.class,
            () ->
                write(
                    Output.rows(
                        Money.class,
                        Stream.of(
                            new Money(new BigDecimal("1.20")), new Money(new BigDecimal("1.005")))),
                    "money"));
    assertThat(failed)
        .hasMessage(
            "Row 2 of the stream has no value for `value` that can be kept: 1.005 does not fit"
                + " DECIMAL(5, 2)");
  }

  @Test
  void decimalWithTooManyDigits_isRefused() {
    TarnException failed =
        catchThrowableOfType(
            TarnException.class,
            () ->
                write(
                    Output.rows(Money.class, Stream.of(new Money(new BigDecimal("1000")))),
                    "money"));
    assertThat(failed).hasMessageContaining("1000 does not fit DECIMAL(5, 2)");
  }

  @Test
  void halfACharacter_isRefusedRatherThanReplaced() {
    TarnException failed =
        catchThrowableOfType(
            TarnException.class,
            () -> write(Output.rows(Wide.class, Stream.of(new Wide("a\uD83C"))), "text"));
    assertThat(failed).hasMessageContaining("half of a surrogate pair at character 1");
  }

  record Unsupported(long id, List<Map<String, Thread>> threads) {}

  @Test
  void unsupportedType_isRefusedBeforeARowIsRead() {
    AtomicBoolean closed = new AtomicBoolean();
    Stream<Unsupported> rows =
        Stream.<Unsupported>generate(
                () -> {
                  throw new AssertionError("a row was read");
                })
            .onClose(() -> closed.set(true));
    TarnException refused =
        catchThrowableOfType(
            TarnException.class, () -> write(Output.rows(Unsupported.class, rows), "never"));
    assertThat(refused.code()).isEqualTo(ErrorCode.ASSET_PLUGIN_INVALID);
    assertThat(refused)
        .hasMessage("Unsupported.threads is of type java.lang.Thread, which has no column type.");
    assertThat(refused.remedy()).contains("LocalDate", "Map");
    assertThat(closed).isTrue();
  }

  record Endless(@Nullable Endless next) {}

  record Wildcard(List<?> anything) {}

  record None() {}

  record SameName(int id, int ID) {}

  @Test
  void impossibleRecords_areRefused() {
    assertThat(refusal(Endless.class)).contains("Endless.next holds itself");
    assertThat(refusal(Wildcard.class)).contains("Wildcard.anything is of type ?");
    assertThat(refusal(None.class)).contains("None has no components");
    assertThat(refusal(SameName.class)).contains("two components named `ID`");
  }

  private static String refusal(Class<? extends Record> type) {
    TarnException refused = catchThrowableOfType(TarnException.class, () -> RecordColumns.of(type));
    return Objects.requireNonNull(refused).getMessage();
  }

  record TwoAddresses(Address home, Address work, OptionalLong since) {}

  @Test
  void sameRecordTwice_isNoRecursion() {
    assertThat(RecordColumns.of(TwoAddresses.class)).hasSize(3);
  }
}
