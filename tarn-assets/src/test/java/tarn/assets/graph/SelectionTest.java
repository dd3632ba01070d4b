package tarn.assets.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetDefinition;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tools.jackson.databind.JsonNode;

class SelectionTest {
  private static final AssetGraph GRAPH = readGraph();

  record Golden(String selection, List<String> keys) {}

  static Stream<Golden> dagsterSays() {
    return read("expected.json").properties().stream()
        .map(
            entry ->
                new Golden(
                    entry.getKey(),
                    entry.getValue().valueStream().map(JsonNode::asString).toList()));
  }

  @ParameterizedTest
  @MethodSource("dagsterSays")
  void selection_isWhatDagsterSelects(Golden golden) {
    if (golden.keys().isEmpty()) {
      assertThat(failure(golden.selection()).code()).isEqualTo(ErrorCode.SELECTION_EMPTY);
    } else {
      assertThat(selected(golden.selection())).isEqualTo(golden.keys());
    }
  }

  @Test
  void goldenFile_isWhole() {
    assertThat(dagsterSays()).hasSizeGreaterThan(300);
  }

  /** What Tarn reads beyond Dagster, beside what Dagster reads for the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2+omop/visit|2+key:\"omop/visit\"",
        "omop/person+1|key:\"omop/person\"+1",
        "1+omop/person+1|1+key:\"omop/person\"+1",
        "raw/*|key:\"raw/*\"",
        "*/person|key:\"*/person\"",
        "omop/p*n|key:\"omop/p*n\"",
        "report and kind:sql|key:\"report\" and kind:sql",
        "not report|not key:\"report\"",
        "(report or lonely)+|(key:\"report\" or key:\"lonely\")+",
        "owner:team:core|owner:\"team:core\"",
        "owner:ada@example.org|owner:\"ada@example.org\"",
        "omop/person report|key:\"omop/person\" or key:\"report\"",
        "+omop/person omop/visit+ tag:pii|1+key:\"omop/person\" or key:\"omop/visit\"+1 or tag:pii",
        "omop/person, report|key:\"omop/person\" or key:\"report\"",
        "kind:sql and tag:pii, lonely|(kind:sql and tag:pii) or key:\"lonely\"",
        "group:o*|group:\"o*\"",
        "key:report/very/deep|key:\"report/very/deep\"",
      })
  void furtherForm_equalsDagstersOwn(String further, String dagsters) {
    assertThat(selected(further)).isEqualTo(selected(dagsters)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "key:report and            | 14 | something to select is missing here",
        "(key:report               | 11 | closing parenthesis",
        "key:report)               | 10 | this is no asset",
        "key:\"report              | 4  | this quote is never closed",
        "layer:raw                 | 0  | `layer:` is nothing to select by",
        "tags:pii                  | 0  | did you mean `tag`?",
        "key:                      | 4  | a value is missing here",
        "not                       | 3  | something to select is missing here",
        "key:a++                   | 6  | this is no asset",
        "+*                        | 0  | this is no asset",
        "**                        | 0  | this is no asset",
        "a=b                       | 0  | this is no asset",
        "roots(*                   | 7  | closing parenthesis",
        "roots(*) lonely           | 9  | `and`, `or`, a comma or the end",
        "lonely roots(*)           | 15 | `and`, `or` or a comma is missing before this",
        "key:report Or lonely=     | 14 | this is no asset",
        "a, ,b                     | 3  | this is no asset",
        ",                         | 0  | this is no asset",
        "()                        | 1  | this is no asset",
        "\"report\"                | 0  | this is no asset",
      })
  void wrongSelection_isRefusedWithItsPlace(String text, int position, String complaint) {
    TarnException error = failure(text);

    assertThat(error.code()).isEqualTo(ErrorCode.SELECTION_INVALID);
    List<String> lines = error.getMessage().lines().toList();
    assertThat(lines.getFirst()).contains(complaint);
    assertThat(lines.get(1)).isEqualTo("  " + text);
    assertThat(lines.get(2)).isEqualTo("  " + " ".repeat(position) + "^");
    assertThat(error.remedy()).contains("selection.md");
  }

  @Test
  void emptyText_isRefused() {
    assertThat(failure("").code()).isEqualTo(ErrorCode.SELECTION_INVALID);
    assertThat(failure("  ").code()).isEqualTo(ErrorCode.SELECTION_INVALID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "omop/persn             | No asset is called `omop/persn`; did you mean `omop/person`?",
        "person                 | did you mean `omop/person`?",
        "lonely,omop/persn      | No asset is called `omop/persn`",
        "not omop/persn         | No asset is called `omop/persn`",
        "key:omop/persn         | Nothing has `key:omop/persn`; did you mean `omop/person`?",
        "tag:layer=rew          | Nothing has `tag:layer=rew`; did you mean `layer=raw`?",
        "tag:layer              | Nothing has `tag:layer`; did you mean `layer=",
        "group:row              | Nothing has `group:row`; did you mean `raw`?",
        "+kind:SQL              | Nothing has `kind:SQL`; did you mean `sql`?",
        "kind:sql and group:raw | `kind:sql and group:raw` selects none of the station's 11 assets.",
        "zzzzzz                 | No asset is called `zzzzzz`.",
      })
  void emptySelection_namesTheNearest(String text, String message) {
    TarnException error = failure(text);

    assertThat(error.code()).isEqualTo(ErrorCode.SELECTION_EMPTY);
    assertThat(error.getMessage()).contains(message);
    assertThat(error.remedy()).contains("tarn assets");
  }

  @Test
  void stationWithoutAssets_isSaid() {
    TarnException error =
        catchThrowableOfType(
            TarnException.class, () -> Selection.select(AssetGraph.of(List.of()), "*"));

    assertThat(error.code()).isEqualTo(ErrorCode.SELECTION_EMPTY);
    assertThat(error).hasMessage("The station has no assets.");
  }

  @Test
  void anyText_endsWithASelectionOrAnError() {
    String alphabet = "ab/*+ ,()\"=:2not";
    java.util.Random random = new java.util.Random(11);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertThat(Selection.select(GRAPH, text.toString())).isNotEmpty();
      } catch (TarnException e) {
        assertThat(e.code()).isIn(ErrorCode.SELECTION_INVALID, ErrorCode.SELECTION_EMPTY);
      }
    }
  }

  private static List<String> selected(String text) {
    return Selection.select(GRAPH, text).stream().map(AssetKey::toString).toList();
  }

  private static TarnException failure(String text) {
    return Objects.requireNonNull(
        catchThrowableOfType(TarnException.class, () -> Selection.select(GRAPH, text)),
        () -> "selected without an error: " + text);
  }

  private static AssetGraph readGraph() {
    List<AssetDefinition> assets = new ArrayList<>();
    for (JsonNode node : read("graph.json")) {
      Map<String, String> tags = new LinkedHashMap<>();
      node.path("tags")
          .properties()
          .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asString()));
      assets.add(
          ExampleAssets.asset(
              node.path("key").asString(),
              texts(node.path("dependencies")),
              node.path("group").asString(),
              tags,
              texts(node.path("kinds")),
              texts(node.path("owners"))));
    }
    return AssetGraph.of(assets);
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).collect(Collectors.toList());
  }

  private static JsonNode read(String file) {
    try (InputStream stream =
        Objects.requireNonNull(SelectionTest.class.getResourceAsStream("/selection/" + file))) {
      return Json.mapper().readTree(stream);
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }
}
