package tarn.assets.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tarn.assets.file.JsonRecords.Layout;

class JsonRecordsTest {

  /** Each value as {@code line: text}, or as {@code line! problem <raw>}. */
  private static List<String> read(byte[] bytes, Layout layout) throws IOException {
    List<String> read = new ArrayList<>();
    try (JsonRecords records = new JsonRecords(new ByteArrayInputStream(bytes), layout)) {
      for (JsonRecords.Item item = records.next(); item != null; item = records.next()) {
        read.add(
            switch (item) {
              case JsonRecords.Item.Value(long line, String text) -> line + ": " + text;
              case JsonRecords.Item.Problem(long line, String reason) ->
                  line + "! " + reason + " <" + records.raw() + ">";
            });
      }
    }
    return read;
  }

  private static List<String> lines(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), Layout.LINES);
  }

  private static List<String> values(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), Layout.VALUES);
  }

  @Test
  void lines_areValues_whateverTheyHold() throws IOException {
    assertThat(lines("\uFEFF{\"a\":1}\r\n\n  \nnot json\n{\"b\":2}"))
        .containsExactly("1: {\"a\":1}", "4: not json", "5: {\"b\":2}");
  }

  @Test
  void invalidUtf8_andNul_areProblems() throws IOException {
    byte[] bytes = "{\"a\":\"?\"}\n{\"b\":\"\0\"}\n{}\n".getBytes(StandardCharsets.UTF_8);
    bytes[6] = (byte) 0xff;
    assertThat(read(bytes, Layout.LINES))
        .containsExactly(
            "1! it is not valid UTF-8 <{\"a\":\"\uFFFD\"}>",
            "2! it holds a NUL character <{\"b\":\"\0\"}>",
            "3: {}");
  }

  @Test
  void array_isItsElements() throws IOException {
    assertThat(values(" [ {\"a\": [1, {\"x\": \"]}\\\"\"}]},\n  5, \"t\", null,\n{\n}]\n"))
        .containsExactly(
            "1: {\"a\": [1, {\"x\": \"]}\\\"\"}]}", "2: 5", "2: \"t\"", "2: null", "3: {\n}");
  }

  @Test
  void valuesOneAfterTheOther_areValues() throws IOException {
    assertThat(values("{\"a\":\n1}\n{\"b\":2} {\"c\":3}"))
        .containsExactly("1: {\"a\":\n1}", "3: {\"b\":2}", "3: {\"c\":3}");
  }

  @Test
  void truncatedArray_givesItsWholeElements_andSaysSo() throws IOException {
    assertThat(values("[{\"a\":1},\n{\"b\":2"))
        .containsExactly(
            "1: {\"a\":1}",
            "2! the value is cut off <{\"b\":2>",
            "2! the array that begins on line 1 is not closed <>");
    assertThat(values("[{\"a\":1},{\"b\":2}"))
        .containsExactly(
            "1: {\"a\":1}", "1: {\"b\":2}", "1! the array that begins on line 1 is not closed <>");
    assertThat(values("[{\"a\":\"x"))
        .containsExactly(
            "1! the value is cut off within a text <{\"a\":\"x>",
            "1! the array that begins on line 1 is not closed <>");
  }

  @Test
  void mismatchedBracket_costsTheRestOfItsLine() throws IOException {
    assertThat(values("{\"a\":[1}}\n{\"b\":2}\n"))
        .containsExactly(
            "1! a bracket is closed by one of the other kind <{\"a\":[1}}>", "2: {\"b\":2}");
  }

  @Test
  void backslashAtTheEnd_isNoWayOut() throws IOException {
    assertThat(values("{\"a\":\"x\\"))
        .containsExactly("1! the value is cut off within a text <{\"a\":\"x\\>");
  }

  @Test
  void nothing_isNoValue() throws IOException {
    assertThat(values("")).isEmpty();
    assertThat(values("[]")).isEmpty();
    assertThat(values(" \n")).isEmpty();
    assertThat(lines("")).isEmpty();
  }
}
