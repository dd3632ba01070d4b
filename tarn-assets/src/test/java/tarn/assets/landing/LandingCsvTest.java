package tarn.assets.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.FileFormat;
import tarn.assets.landing.LandingSource.Column;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.testkit.BareEngine;

/** CSV files as hospitals' systems really export them. */
class LandingCsvTest {
  @TempDir Path folder;
  private LandingStation station;

  @BeforeEach
  void open() {
    station = new LandingStation(folder);
  }

  @AfterEach
  void close() {
    station.close();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }

  private static final Map<String, Object> GERMAN =
      Map.of(
          "delim", ";",
          "encoding", "windows-1252",
          "dateformat", "%d.%m.%Y",
          "timestampformat", "%d.%m.%Y %H:%M:%S",
          "decimal_separator", ",",
          "thousands", ".");

  @Test
  void germanExport_isReadAsItIsMeant() {
    String text =
        """
        Fallnr;Geburt;Aufnahme;Gewicht;Erlös;Station\r
        0012;05.03.1948;01.02.2024 07:30:00;82,5;1.234,56 ;"Innere; 2 €"\r
        0013;31.02.1948;01.02.2024 07:30:00;82,5;1,00;Größe\r
        0014;05.03.48;;;;\r
        0015;05.03.1948;;7.5;;\r
        """;
    station.file("export.csv", text.getBytes(Charset.forName("windows-1252")));
    station.land(
        LandingStation.csv(
            GERMAN,
            "Fallnr VARCHAR",
            "Geburt DATE",
            "Aufnahme TIMESTAMP",
            "Gewicht DOUBLE",
            "Erlös DECIMAL(10,2)",
            "Station VARCHAR"));
    assertThat(station.rows("* EXCLUDE (_source_file)"))
        .containsExactly("0012|1948-03-05|2024-02-01 07:30:00.0|82.5|1234.56|Innere; 2 €");
    assertThat(station.quarantined())
        .containsExactly(
            "landing/export.csv|3|Geburt|`31.02.1948` is no DATE|0013;31.02.1948;01.02.2024 07:30:00;82,5;1,00;Größe",
            "landing/export.csv|4|Geburt|`05.03.48` is no DATE|0014;05.03.48;;;;",
            "landing/export.csv|5|Gewicht|`7.5` is no DOUBLE|0015;05.03.1948;;7.5;;");
  }

  @Test
  void utf16_isFoundByItsMark() {
    station.file("wide.csv", "id;name\r\n1;Łódź\r\n".getBytes(StandardCharsets.UTF_16));
    station.land(LandingStation.csv(Map.of(), "id BIGINT", "name VARCHAR"));
    assertThat(station.rows("id, name")).containsExactly("1|Łódź");
  }

  @Test
  void wrongEncoding_isNoGuess_butTheQuarantine() {
    station.file("latin.csv", "id,name\n1,Größe\n2,plain\n".getBytes(StandardCharsets.ISO_8859_1));
    station.land(LandingStation.csv(Map.of(), "id BIGINT", "name VARCHAR"));
    assertThat(station.rows("id, name")).containsExactly("2|plain");
    assertThat(station.quarantined())
        .containsExactly("landing/latin.csv|2|NULL|it is not valid UTF-8|1,Gr\uFFFD\uFFFDe");
  }

  @Test
  void nulCharacters_goToTheQuarantine_evenFromAFileTheEngineWouldAccept() {
    station.file("nul.csv", "id,name\n1,a\0b\n2,c\n");
    station.land(LandingStation.csv(Map.of(), "id BIGINT", "name VARCHAR"));
    assertThat(station.rows("id, name")).containsExactly("2|c");
    assertThat(station.quarantined())
        .containsExactly("landing/nul.csv|2|NULL|it holds a NUL character|1,a\0b");
  }

  @Test
  void fileOfNothingButNuls_isQuarantinedAsAWhole() {
    station.file("lost.csv", new byte[4096]);
    station.file("ok.csv", "id\n5\n");
    station.land(LandingStation.csv(Map.of(), "id BIGINT"));
    assertThat(station.rows("id")).containsExactly("5");
    assertThat(station.quarantined())
        .containsExactly("landing/lost.csv|0|NULL|it holds a NUL character|NULL");
  }

  @Test
  void declaredNull_isOneBesidesTheEmptyText() {
    station.file("a.csv", "id,name\n,NULL\n1,\nNULL,x\n");
    station.land(LandingStation.csv(Map.of("nullstr", "NULL"), "id BIGINT", "name VARCHAR"));
    assertThat(station.rows("id, name")).containsExactly("1|NULL", "NULL|x", "NULL|NULL");
    assertThat(station.quarantined()).isEmpty();
  }

  @Test
  void emptyLineInAFileOfOneColumn_isARecordWithoutAValue() {
    station.file("a.csv", "id\n1\n\n2\n");
    station.file("dirty.csv", "id\n3\n\nx\n");
    station.land(LandingStation.csv(Map.of(), "id BIGINT"));
    assertThat(station.rows("id, _source_file"))
        .containsExactly(
            "1|landing/a.csv",
            "2|landing/a.csv",
            "3|landing/dirty.csv",
            "NULL|landing/a.csv",
            "NULL|landing/dirty.csv");
  }

  @Test
  void tableThatIsNoQuarantine_isNotTouched() {
    station.scratch().execute("CREATE SCHEMA raw");
    station.scratch().execute("CREATE TABLE raw.visits_quarantine AS SELECT 42 AS precious");
    station.file("a.csv", "id\nx\n");
    TarnException refused =
        catchThrowableOfType(
            TarnException.class, () -> station.land(LandingStation.csv(Map.of(), "id BIGINT")));
    assertThat(refused.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(station.scratch().value("FROM raw.visits_quarantine")).isEqualTo("42");
  }

  @Test
  void packedFiles_areRead() throws IOException {
    station.file("a.csv.gz", gzip("id\n1\n2\n"));
    try (BareEngine engine = BareEngine.start()) {
      engine.execute(
          "COPY (SELECT 3 AS id) TO '"
              + folder.resolve("landing/b.csv.zst")
              + "' (FORMAT csv, HEADER, COMPRESSION zstd)");
    }
    station.land(LandingStation.csv(Map.of(), "id BIGINT"));
    assertThat(station.rows("id, _source_file"))
        .containsExactly("1|landing/a.csv.gz", "2|landing/a.csv.gz", "3|landing/b.csv.zst");
    assertThat(station.quarantined()).isEmpty();
  }

  @Test
  void truncatedGzip_givesTheRowsBeforeTheBreak_andSaysThatItIsCut() throws IOException {
    StringBuilder text = new StringBuilder("id,name\n");
    for (int id = 0; id < 50_000; id++) {
      text.append(id).append(",name").append(id * 7919L % 99_991).append('\n');
    }
    byte[] packed = gzip(text.toString());
    station.file("cut.csv.gz", Arrays.copyOf(packed, packed.length / 2));
    LandingResult result = station.land(LandingStation.csv(Map.of(), "id BIGINT", "name VARCHAR"));
    assertThat(result.landedRows()).isBetween(10_000L, 45_000L);
    assertThat(result.malformedRows()).isEqualTo(1);
    assertThat(station.quarantined().getFirst())
        .startsWith("landing/cut.csv.gz|")
        .contains("the compressed file is damaged from here on");
    // The rows are those before the break, each once.
    assertThat(
            station.rows(
                "count(*) = max(id) + 1, count(DISTINCT id) = count(*), count(*) FILTER (name = 'name' || (id * 7919 % 99991)) = count(*)"))
        .containsExactly("true|true|true");
  }

  @Test
  void gzipCutInItsHeader_isQuarantinedAsAWhole() throws IOException {
    station.file("cut.csv.gz", Arrays.copyOf(gzip("id\n1\n"), 7));
    station.file("ok.csv", "id\n5\n");
    station.land(LandingStation.csv(Map.of(), "id BIGINT"));
    assertThat(station.rows("id")).containsExactly("5");
    assertThat(station.quarantined()).hasSize(1);
    assertThat(station.quarantined().getFirst()).startsWith("landing/cut.csv.gz|0|NULL|");
  }

  @Test
  void quotedLineEndsAndVeryLongFields_areOneRecord() {
    String letter = "Dear colleague,\r\n\r\n\"thank you\"\n".replace("\"", "\"\"").repeat(100_000);
    station.file("letters.csv", "id,letter,day\n1,\"" + letter + "\",2024-01-01\n2,x,2024-01-02\n");
    station.land(LandingStation.csv(Map.of(), "id BIGINT", "letter VARCHAR", "day DATE"));
    assertThat(station.rows("id, length(letter), day"))
        .containsExactly(
            "1|" + letter.replace("\"\"", "\"").length() + "|2024-01-01", "2|1|2024-01-02");
    assertThat(station.quarantined()).isEmpty();
  }

  @Test
  void trailingDelimiters_areNoColumns() {
    station.file("a.csv", "id;name;\n1;a;\n2;b;;\n3;c;x\n");
    station.land(LandingStation.csv(Map.of("delim", ";"), "id BIGINT", "name VARCHAR"));
    assertThat(station.rows("id, name")).containsExactly("1|a", "2|b");
    assertThat(station.quarantined())
        .containsExactly("landing/a.csv|4|NULL|it has 3 fields instead of 2|3;c;x");
  }

  @Test
  void linesBeforeTheHeader_areSkipped() {
    station.file("a.csv", "Export of 2024-01-01\n\n\nid,name\n1,a\nx,b\n");
    station.land(LandingStation.csv(Map.of("skip", 1L), "id BIGINT", "name VARCHAR"));
    assertThat(station.rows("id, name")).containsExactly("1|a");
    assertThat(station.quarantined()).containsExactly("landing/a.csv|6|id|`x` is no BIGINT|x,b");
  }

  @Test
  void filesWithoutHeader_areReadByPosition() {
    station.file("a.csv", "1,a\n2,b\n");
    station.file("b.csv", "3\n");
    station.land(LandingStation.csv(Map.of("header", false), "id BIGINT", "name VARCHAR"));
    assertThat(station.rows("id, name")).containsExactly("1|a", "2|b");
    assertThat(station.quarantined())
        .containsExactly("landing/b.csv|1|NULL|it has 1 fields instead of 2|3");
  }

  @Test
  void headerLongerThanAFilesHead_isRead() {
    int count = 100;
    List<String> names =
        IntStream.rangeClosed(1, count).mapToObj(n -> "measurement".repeat(100) + n).toList();
    station.file("wide.csv", String.join(";", names) + "\n" + "1;".repeat(count - 1) + "1\n");
    station.land(LandingStation.csv(Map.of()));
    assertThat(station.rows("\"%s\" + \"%s\"".formatted(names.getFirst(), names.getLast())))
        .containsExactly("2");
  }

  @Test
  void undeclaredTypesOfThousandsOfColumns_areFoundInSeconds() {
    List<String> names = IntStream.range(0, 4000).mapToObj(n -> "m" + n).toList();
    try (Session session = station.scratch().lake().session()) {
      List<Column> columns =
          new TypeFinder(new StrictCast(StrictCast.TextFormats.STANDARD))
              .find(
                  session,
                  names,
                  "SELECT "
                      + names.stream()
                          .map(name -> "'1' AS " + name)
                          .collect(Collectors.joining(", ")));
      assertThat(columns).hasSize(4000).allMatch(column -> column.type().equals("BIGINT"));
    }
  }

  @Test
  void headerNamedTwice_isAnError() {
    station.file("a.csv", "id,name,Name\n1,a,b\n");
    TarnException refused =
        catchThrowableOfType(
            TarnException.class,
            () -> station.land(LandingStation.csv(Map.of(), "id BIGINT", "name VARCHAR")));
    assertThat(refused.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(refused).hasMessageContaining("names the column `Name` twice");
  }

  @Test
  void undeclaredColumns_getTypesThatLoseNothing() {
    station.file(
        "a.csv",
        """
        plain,leading,phone,amount,day,german,at,flag,text,empty,digits
        1,007,+49301234567,1.5,2024-01-05,05.01.2024,2024-01-05 10:00:00,true,x,,12345678901234567890
        -2,8,030123,2,2024-02-05,06.01.2024,2024-01-05T11:00:00,FALSE,1,,1
        """);
    station.land(LandingStation.csv(Map.of()));
    assertThat(
            station
                .scratch()
                .rows(
                    "SELECT column_name || ' ' || data_type FROM duckdb_columns() WHERE table_name = 'visits' ORDER BY column_index"))
        .containsExactly(
            "plain BIGINT",
            "leading VARCHAR",
            "phone VARCHAR",
            "amount DOUBLE",
            "day DATE",
            "german VARCHAR",
            "at TIMESTAMP",
            "flag BOOLEAN",
            "text VARCHAR",
            "empty VARCHAR",
            "digits VARCHAR",
            "_source_file VARCHAR");
  }

  @Test
  void undeclaredTypes_fitAllFilesOfTheFirstLoad() {
    station.file("a.csv", "id,code\n1,10\n");
    station.file("b.csv", "id,code\n2,A7\n");
    station.land(LandingStation.csv(Map.of()));
    assertThat(station.rows("id, code, typeof(code)"))
        .containsExactly("1|10|VARCHAR", "2|A7|VARCHAR");
  }

  @Test
  void undeclaredTypes_areTheTablesOwn_afterTheFirstLoad() {
    station.file("a.csv", "id,code\n1,10\n");
    station.land(LandingStation.csv(Map.of()));
    station.file("b.csv", "id,code,more\n2,A7,x\n3,11,y\n");
    station.file("c.csv", "code\n12\n");
    station.land(LandingStation.csv(Map.of()));
    assertThat(station.rows("id, code, more, typeof(code)"))
        .containsExactly("1|10|NULL|BIGINT", "3|11|y|BIGINT", "NULL|12|NULL|BIGINT");
    assertThat(station.quarantined())
        .containsExactly("landing/b.csv|2|code|`A7` is no BIGINT|2,A7,x");
  }

  @Test
  void undeclaredDirtyFile_isReadAllTheSame() {
    station.file("a.csv", "id,name\n1,\"a\n2,b\n3,c,d\n");
    station.land(LandingStation.csv(Map.of()));
    assertThat(station.rows("id, typeof(id), name")).containsExactly("2|BIGINT|b");
    assertThat(station.quarantined()).hasSize(2);
  }

  @Test
  void columnsThatTheEngineHasWordsFor_areOnlyNames() {
    station.file("a.csv", "filename,select,\"a \"\"b\"\"\",t0,f\n1,2,3,4,5\n");
    List<Column> columns =
        Stream.of("filename", "select", "a \"b\"", "t0", "f")
            .map(name -> new Column(name, "BIGINT"))
            .toList();
    station.land(
        new LandingSource(
            List.of("landing/*.csv"),
            FileFormat.CSV,
            Map.of(),
            columns,
            LandingSource.QuarantineThreshold.NONE));
    assertThat(station.rows("* EXCLUDE (_source_file)")).containsExactly("1|2|3|4|5");
  }

  @Test
  void oddFileNames_areTraced() {
    List<String> names = List.of("a*.csv", "it's.csv", "ü ß.csv", "b[1].csv", "%41 #.csv");
    names.forEach(name -> station.file(name, "id\n1\n"));
    station.land(LandingStation.csv(Map.of(), "id BIGINT"));
    assertThat(station.rows("_source_file"))
        .containsExactlyInAnyOrderElementsOf(
            names.stream().map(name -> "landing/" + name).toList());
  }

  @Test
  void thousandFiles_landInOneGo_withOneDirtyAmongThem() throws IOException {
    for (int file = 0; file < 1000; file++) {
      station.file("f" + file + ".csv", "id,name\n" + file + ",x\n");
    }
    station.file("f500.csv", "id,name\nfive,x\n500,x\n");
    LandingResult result = station.land(LandingStation.csv(Map.of(), "id BIGINT", "name VARCHAR"));
    assertThat(result.landedRows()).isEqualTo(1000);
    assertThat(result.malformedRows()).isEqualTo(1);
    assertThat(station.rows("count(DISTINCT id), count(DISTINCT _source_file)"))
        .containsExactly("1000|1000");
  }

  @Test
  void fileThatIsWrittenToWhileItIsRead_isLeftForTheNextRun() throws InterruptedException {
    Path growing = station.file("growing.csv", "id\n1\n");
    station.file("steady.csv", "id\n2\n");
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    append(growing, "7\n");
                  }
                });
    LandingResult result;
    try {
      result = station.land(LandingStation.csv(Map.of(), "id BIGINT"));
    } finally {
      done.set(true);
      writer.join();
    }
    assertThat(result.deferred()).containsExactly("landing/growing.csv");
    assertThat(station.rows("id")).containsExactly("2");
    station.land(LandingStation.csv(Map.of(), "id BIGINT"));
    assertThat(station.rows("DISTINCT id")).containsExactly("1", "2", "7");
  }

  private static void append(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
