package tarn.assets.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tarn.assets.graph.ExampleAssets.graph;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.assets.AssetKey;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class AssetGraphTest {
  private static final AssetGraph DIAMOND = graph("d<b,c", "c<a", "b<a", "a", "e<d", "f");

  @Test
  void layers_needOnlyLayersBefore() {
    assertThat(DIAMOND.layers(DIAMOND.keys()).stream().map(AssetGraphTest::names))
        .containsExactly("a f", "b c", "d", "e");
  }

  @Test
  void layers_ofSome_keepTheOrderAcrossGaps() {
    assertThat(DIAMOND.layers(keys("e", "a", "f")).stream().map(AssetGraphTest::names))
        .containsExactly("a f", "e");
  }

  @Test
  void order_isByDependencyThenByKey() {
    assertThat(names(DIAMOND.inOrder())).isEqualTo("a b c d e f");
    assertThat(names(graph("a<z", "b", "z").inOrder())).isEqualTo("b z a");
  }

  @Test
  void closures_stopAtTheirDepth() {
    assertThat(names(DIAMOND.withUpstream(keys("e"), 0))).isEqualTo("e");
    assertThat(names(DIAMOND.withUpstream(keys("e"), 1))).isEqualTo("d e");
    assertThat(names(DIAMOND.withUpstream(keys("e"), AssetGraph.ALL_THE_WAY)))
        .isEqualTo("a b c d e");
    assertThat(names(DIAMOND.withDownstream(keys("b", "f"), AssetGraph.ALL_THE_WAY)))
        .isEqualTo("b d e f");
  }

  @Test
  void neighbours_areDirect() {
    assertThat(names(DIAMOND.upstream(AssetKey.of("d")))).isEqualTo("b c");
    assertThat(names(DIAMOND.downstream(AssetKey.of("a")))).isEqualTo("b c");
    assertThat(names(DIAMOND.downstream(AssetKey.of("f")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ':',
      value = {
        "a<a: a → a",
        "a<b b<a: a → b → a",
        "x<c a<c b<a c<b y: a → b → c → a",
        "s m<s,o n<m o<n p<o: m → n → o → m",
      })
  void cycle_isNamedInFull(String assets, String cycle) {
    assertThatThrownBy(() -> graph(assets.split(" ")))
        .isInstanceOfSatisfying(
            TarnException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.ASSET_CYCLE))
        .hasMessageContaining(": " + cycle + " (")
        .hasMessageContaining("assets/" + cycle.charAt(0) + ".sql");
  }

  @Test
  void dependencyThatIsNotThere_isAProgrammingError() {
    assertThatThrownBy(() -> graph("a<b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longChain_isWalkedWithoutDepthLimit() {
    String[] chain =
        IntStream.range(0, 20_000)
            .mapToObj(index -> index == 0 ? "n0" : "n" + index + "<n" + (index - 1))
            .toArray(String[]::new);

    assertThat(graph(chain).inOrder()).hasSize(20_000);
  }

  private static Set<AssetKey> keys(String... keys) {
    return List.of(keys).stream().map(AssetKey::parse).collect(Collectors.toSet());
  }

  private static String names(Collection<AssetKey> keys) {
    return keys.stream().map(AssetKey::toString).collect(Collectors.joining(" "));
  }
}
