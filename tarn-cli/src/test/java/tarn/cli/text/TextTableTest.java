package tarn.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tarn.cli.text.TextTable.Column;

class TextTableTest {

  @Test
  void table_alignsTextLeftAndNumbersRight() {
    TextTable table = new TextTable(List.of(Column.left("name"), Column.right("rows")));
    table.add(List.of("person", "12"));
    table.add(List.of("visit", "1,234"));

    assertThat(table.render(Style.PLAIN))
        .isEqualTo(
            """
            name     rows
            ------  -----
            person     12
            visit   1,234
            """);
  }

  @Test
  void wideAndCombiningCharacters_takeTheColumnsTheyTakeOnATerminal() {
    TextTable table = new TextTable(List.of(Column.left("a"), Column.left("b")));
    table.add(List.of("漢字", "x"));
    table.add(List.of("e\u0301", "x"));

    assertThat(table.render(Style.PLAIN)).isEqualTo("a     b\n----  -\n漢字  x\ne\u0301     x\n");
  }

  @Test
  void controlCharacters_neitherBreakTheTableNorReachTheTerminal() {
    TextTable table = new TextTable(List.of(Column.left("a")));
    table.add(List.of("one\ntwo\u001b[31m"));

    assertThat(table.render(Style.PLAIN)).contains("one\\ntwo\\x1b[31m\n");
  }

  @Test
  void colours_areNotCountedAsWidth() {
    TextTable table = new TextTable(List.of(Column.left("a"), Column.left("b")));
    table.add(List.of("1", "2"));

    assertThat(table.render(Style.COLOURED).replaceAll("\u001b\\[\\d+m", ""))
        .isEqualTo(table.render(Style.PLAIN));
    assertThat(table.render(Style.COLOURED)).contains("\u001b[1m");
  }
}
