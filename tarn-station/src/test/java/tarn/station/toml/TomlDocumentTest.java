package tarn.station.toml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TomlDocumentTest {
  private static final String EVERYTHING =
      """
      # line 1: a = 1 [b] is only a comment
      title = "a # no comment [x] \\" = 3"
      'quoted key' = 1
      a.b . "c.d" = 2
      text = \"""
      inside = 1
      [inside]
      \"""
      raw = '''
      'x = 1'''' # two quotes at the end
      list = [ # one
        1, [2,
        3],
        { deep = { deeper = 1 }, other = [ 1 ] },
      ]
      when = 1979-05-27 07:32:00 # with a space
      [table]
      key = 1 # 18
      [table.sub]
      key = 2
      [[many]]
      x = 1
      [many.below]
      y = 1
      [[many]]
      x = 2
      [[many.inner]]
      z = 1
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = ':',
      value = {
        "title:2",
        "quoted key:3",
        "a/b/c.d:4",
        "text:5",
        "raw:9",
        "list:11",
        "list/0:12",
        "list/1/1:13",
        "list/2/deep/deeper:14",
        "list/2/other/0:14",
        "when:16",
        "table:17",
        "table/key:18",
        "table/sub/key:20",
        "many/0/x:22",
        "many/0/below/y:24",
        "many/1/x:26",
        "many/1/inner/0/z:28",
        "many/1/nothing/here:25",
      })
  void line_isWhereTheKeyStands(String path, int line) throws TomlSyntaxException {
    TomlDocument document = TomlDocument.parse(EVERYTHING, 1);

    assertThat(document.line(List.of(path.split("/")))).isEqualTo(line);
  }

  @Test
  void line_countsFromTheFirst() throws TomlSyntaxException {
    assertThat(TomlDocument.parse("\na = 1", 10).line(List.of("a"))).isEqualTo(11);
  }

  @Test
  void line_ofNothingThere_isTheFirst() throws TomlSyntaxException {
    assertThat(TomlDocument.parse("\na = 1", 3).line(List.of("b"))).isEqualTo(3);
  }

  @Test
  void windowsLines_count() throws TomlSyntaxException {
    assertThat(TomlDocument.parse("a = 1\r\nb = 'x'\r\nc = 2\r\n", 1).line(List.of("c")))
        .isEqualTo(3);
  }

  @Test
  void syntaxError_keepsTheOffset() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                    TomlSyntaxException.class, () -> TomlDocument.parse("a = 1\nb = [", 5))
                .line())
        .isEqualTo(6);
  }

  @Test
  void brokenText_neverHangsTheScanner() {
    for (int length = 0; length < EVERYTHING.length(); length++) {
      assertThat(TomlLocations.of(EVERYTHING.substring(0, length)).lines()).isNotNull();
      assertThat(TomlLocations.of(EVERYTHING.substring(length)).lines()).isNotNull();
    }
  }
}
