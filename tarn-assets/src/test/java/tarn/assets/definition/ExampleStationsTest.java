package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.graph.AssetGraph;
import tarn.assets.graph.Selection;
import tarn.station.Station;
import tarn.station.StationTemplate;
import tarn.station.StationTemplate.Options;
import tarn.testkit.Checkout;

class ExampleStationsTest {
  @Test
  void newStation_hasASourceAndAReport(@TempDir Path folder) {
    StationTemplate.create(folder, Options.defaults());
    List<AssetDefinition> assets =
        StationAssets.load(Station.open(folder, Map.of()), LakeTables.none());

    assertThat(assets)
        .extracting(asset -> asset.key().toString())
        .containsExactly("raw/patients", "report/patients_by_city");
    assertThat(assets.get(1).dependencies()).containsExactly(AssetKey.parse("raw/patients"));
  }

  @Test
  void hospital_isReadWhole() {
    Path folder = Checkout.folder().resolve("examples/hospital");
    AssetGraph graph =
        AssetGraph.of(StationAssets.load(Station.open(folder, Map.of()), LakeTables.none()));

    assertThat(graph.keys()).hasSizeGreaterThan(25);
    // Its query reads raw.patients, one of its checks looks into omop.location.
    assertThat(graph.upstream(AssetKey.parse("omop/person")))
        .containsExactly(AssetKey.parse("omop/location"), AssetKey.parse("raw/patients"));
    assertThat(Selection.select(graph, "roots(*)"))
        .allMatch(key -> Set.of("raw", "fhir", "reference").contains(key.segments().getFirst()));
    assertThat(Selection.select(graph, "tag:layer=raw")).isNotEmpty();
  }
}
