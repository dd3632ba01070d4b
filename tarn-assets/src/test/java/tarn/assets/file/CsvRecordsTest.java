package tarn.assets.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvRecordsTest {
  @TempDir Path folder;

  private static CsvDialect dialect(String delimiter, Charset encoding) {
    return new CsvDialect(
        delimiter,
        Optional.of('"'),
        Optional.of('"'),
        CsvDialect.Header.NONE,
        0,
        List.of(""),
        CsvDialect.QuotedNulls.NO_VALUE,
        encoding);
  }

  private static final CsvDialect PLAIN = dialect(",", StandardCharsets.UTF_8);

  /** Each record as {@code line: a|b|~}, or as {@code line! problem <raw>}. */
  private static List<String> read(byte[] bytes, CsvDialect dialect) throws IOException {
    List<String> read = new ArrayList<>();
    try (CsvRecords records = new CsvRecords(new ByteArrayInputStream(bytes), dialect)) {
      for (CsvRecords.Item item = records.next(); item != null; item = records.next()) {
        read.add(
            switch (item) {
              case CsvRecords.Item.Fields(long line, List<@Nullable String> values) ->
                  line + ": " + text(values);
              case CsvRecords.Item.Problem(long line, String reason) ->
                  line + "! " + reason + " <" + records.raw() + ">";
            });
      }
    }
    return read;
  }

  private static String text(List<@Nullable String> values) {
    StringJoiner text = new StringJoiner("|");
    values.forEach(value -> text.add(value == null ? "~" : value));
    return text.toString();
  }

  private static List<String> read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), PLAIN);
  }

  @Test
  void plainAndQuotedFields_areRead() throws IOException {
    assertThat(read("a,b\n1,\"x, y\"\n2,\"say \"\"hi\"\"\"\n"))
        .containsExactly("1: a|b", "2: 1|x, y", "3: 2|say \"hi\"");
  }

  @Test
  void everyLineEnd_endsARecord() throws IOException {
    assertThat(read("a\r\nb\rc\n\"d\r\ne\"\nf"))
        .containsExactly("1: a", "2: b", "3: c", "4: d\r\ne", "6: f");
  }

  @Test
  void emptyLines_arePassedOverButCounted() throws IOException {
    assertThat(read("a,b\n\n\r\n1,2\n\n")).containsExactly("1: a|b", "4: 1|2");
  }

  @Test
  void emptyFields_areNoValues_quotedOrNot() throws IOException {
    assertThat(read("a,,\"\"\n")).containsExactly("1: a|~|~");
  }

  @Test
  void byteOrderMark_isNoPartOfTheFirstField() throws IOException {
    assertThat(read("\uFEFFa,b\n")).containsExactly("1: a|b");
    assertThat(
            read(
                "\uFEFFa;ä".getBytes(StandardCharsets.UTF_16LE),
                dialect(";", StandardCharsets.UTF_16LE)))
        .containsExactly("1: a|ä");
    assertThat(read("a;ä".getBytes(StandardCharsets.UTF_16), dialect(";", StandardCharsets.UTF_16)))
        .containsExactly("1: a|ä");
  }

  @Test
  void quoteThatIsNeverClosed_costsOnlyItsLine() throws IOException {
    assertThat(read("1,a\n2,\"b\n3,c\n4,d\n"))
        .containsExactly("1: 1|a", "2! a quoted field is not closed <2,\"b>", "3: 3|c", "4: 4|d");
  }

  @Test
  void strayQuoteBeforeAQuotedField_costsOnlyItsLine() throws IOException {
    assertThat(read("1,\"a\n2,\"b\",x\n3,c\n"))
        .containsExactly(
            "1! a quoted field goes on after its closing quote <1,\"a>", "2: 2|b|x", "3: 3|c");
  }

  @Test
  void textAfterAClosingQuote_isAProblem() throws IOException {
    assertThat(read("1,\"a\"b\n2,c\n"))
        .containsExactly("1! a quoted field goes on after its closing quote <1,\"a\"b>", "2: 2|c");
  }

  @Test
  void bytesOutsideTheEncoding_areAProblemWithTheirText() throws IOException {
    byte[] bytes = "1,a?b\n2,ok\n".getBytes(StandardCharsets.ISO_8859_1);
    bytes[3] = (byte) 0xE4;
    assertThat(read(bytes, PLAIN))
        .containsExactly("1! it is not valid UTF-8 <1,a\uFFFDb>", "2: 2|ok");
    assertThat(read(bytes, dialect(",", StandardCharsets.ISO_8859_1)))
        .containsExactly("1: 1|aäb", "2: 2|ok");
  }

  @Test
  void replacementCharacterOfTheFileItself_isText() throws IOException {
    assertThat(read("1,\uFFFD\n")).containsExactly("1: 1|\uFFFD");
  }

  @Test
  void windowsEncoding_isDecoded_andItsGapsAreProblems() throws IOException {
    byte[] bytes = {'1', ',', (byte) 0x80, '\n', '2', ',', (byte) 0x81, '\n'};
    assertThat(read(bytes, dialect(",", Charset.forName("windows-1252"))))
        .containsExactly("1: 1|€", "2! it is not valid windows-1252 <2,\uFFFD>");
  }

  @Test
  void encodingsWithAsciiWithinACharacter_areSplitRight() throws IOException {
    // In Shift_JIS the second byte of this character is a backslash, of that one a vertical bar.
    Charset shiftJis = Charset.forName("Shift_JIS");
    String text = "1|表|ポ\n2|x|y\n";
    assertThat(read(text.getBytes(shiftJis), dialect("|", shiftJis)))
        .containsExactly("1: 1|表|ポ", "2: 2|x|y");
  }

  @Test
  void nul_isAProblem() throws IOException {
    assertThat(read("1,a\0b\n2,c\n"))
        .containsExactly("1! it holds a NUL character <1,a\0b>", "2: 2|c");
  }

  @Test
  void recordsBeyondTheBuffer_areWhole() throws IOException {
    String large = "x".repeat(3 << 20);
    assertThat(read("1,\"" + large + "\n\"\n2,b\n"))
        .containsExactly("1: 1|" + large + "\n", "3: 2|b");
  }

  @Test
  @Tag("slow")
  void recordThatIsFarTooLong_isAProblem_andReadingGoesOn() throws IOException {
    String text = "1,a\n2," + "y".repeat(RecordBuffer.LONGEST * 2) + "\n3,c\n";
    List<String> read = read(text);
    assertThat(read).hasSize(3);
    assertThat(read.get(1)).startsWith("2! the record is longer than 16 MB <2,yyy");
    assertThat(read.get(2)).isEqualTo("3: 3|c");
  }

  @Test
  void skippedLines_areLinesWhateverTheyHold() throws IOException {
    CsvDialect skipping =
        new CsvDialect(
            ";",
            Optional.of('"'),
            Optional.of('\\'),
            CsvDialect.Header.NONE,
            2,
            List.of("", "NULL"),
            CsvDialect.QuotedNulls.TEXT,
            StandardCharsets.UTF_8);
    assertThat(
            read(
                "\"export\nof today\na;NULL;\"NULL\";\"x\\\"y\\\\z\"\n"
                    .getBytes(StandardCharsets.UTF_8),
                skipping))
        .containsExactly("3: a|~|NULL|x\"y\\z");
  }

  @Test
  void delimiterOfSeveralCharacters_isOne() throws IOException {
    assertThat(
            read(
                "a||b|c||\"d||e\"".getBytes(StandardCharsets.UTF_8),
                dialect("||", StandardCharsets.UTF_8)))
        .containsExactly("1: a|b|c|d||e");
  }

  /**
   * The engine reads a file first and this class only what the engine refuses, so both must
   * understand a record alike. Random texts of the characters that matter are given to both.
   */
  @Test
  void whatTheEngineAccepts_isUnderstoodAlike() throws IOException, SQLException {
    long seed = 20_261_123;
    Random random = new Random(seed);
    int accepted = 0;
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      for (int round = 0; round < 1500; round++) {
        String text = soup(random);
        Path file = folder.resolve("soup" + round % 50 + ".csv");
        Files.writeString(file, "h1,h2\n" + text);
        List<String> engine = engine(connection, file);
        if (engine == null) {
          continue;
        }
        accepted++;
        assertThat(here(file))
            .as("seed %d, round %d, text <%s>", seed, round, text)
            .isEqualTo(engine);
      }
    }
    assertThat(accepted).isGreaterThan(200);
  }

  private static String soup(Random random) {
    String[] pieces = {
      "a",
      "b",
      ",",
      ",",
      ",",
      "\"",
      "\"",
      "\"\"",
      "\n",
      "\n",
      "\r\n",
      " ",
      "1",
      "\"x\"",
      "\"y,\n\"",
      ",\"z\"",
      "ä",
      "\\",
      "'",
      ";",
      "\t"
    };
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(14);
    for (int index = 0; index < length; index++) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  private static @Nullable List<String> engine(Connection connection, Path file)
      throws SQLException {
    String query =
        "SELECT coalesce(c0, '~') || '|' || coalesce(c1, '~') FROM read_csv('%s', auto_detect = false, strict_mode = true, delim = ',', quote = '\"', escape = '\"', header = true, columns = {c0: 'VARCHAR', c1: 'VARCHAR'})"
            .formatted(file);
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(result.getString(1));
      }
      return rows;
    } catch (SQLException e) {
      if (!String.valueOf(e.getMessage()).startsWith("Invalid Input Error")) {
        throw e;
      }
      return null;
    }
  }

  private static List<String> here(Path file) throws IOException {
    List<String> rows = new ArrayList<>();
    try (CsvRecords records = new CsvRecords(Files.newInputStream(file), PLAIN)) {
      records.next();
      for (CsvRecords.Item item = records.next(); item != null; item = records.next()) {
        rows.add(
            switch (item) {
              case CsvRecords.Item.Problem(var _, String reason) -> "! " + reason;
              case CsvRecords.Item.Fields(var _, List<@Nullable String> values) ->
                  values.size() >= 2 && values.stream().skip(2).allMatch(value -> value == null)
                      ? text(values.subList(0, 2))
                      : "! " + values;
            });
      }
    }
    return rows;
  }
}
