package tarn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tarn.assets.AssetKey;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.station.Station;
import tarn.testkit.Checkout;

/** The example station's declarations, read without running them. */
class HospitalDefinitionsTest {
  private final List<AssetDefinition> assets =
      StationAssets.load(
          Station.find(Checkout.folder().resolve("examples/hospital"), Map.of()),
          LakeTables.none());

  @Test
  void everyDeclaration_isRead() {
    assertThat(assets).extracting(asset -> asset.key().toString()).hasSize(36);
  }

  @Test
  void everyAsset_saysWhatItIs_whoAnswersForIt_andWhatIsChecked() {
    assertThat(assets)
        .allSatisfy(
            asset -> {
              assertThat(asset.description()).as("%s", asset.key()).isNotBlank();
              assertThat(asset.owners()).as("%s", asset.key()).isNotEmpty();
              assertThat(asset.tags()).as("%s", asset.key()).containsKey("layer");
              assertThat(asset.checks()).as("%s", asset.key()).isNotEmpty();
            });
  }

  @Test
  void dependencies_areWhatTheQueriesAndChecksRead() {
    assertThat(dependenciesOf("mart/readmissions_30_days"))
        .containsExactly("mart/inpatient_stays", "omop/visit_occurrence");
    assertThat(dependenciesOf("omop/observation"))
        .containsExactly("omop/measurement", "omop/person", "raw/observations");
    assertThat(dependenciesOf("raw/encounters")).containsExactly("raw/patients");
    assertThat(dependenciesOf("reference/watched_lab")).isEmpty();
  }

  private List<String> dependenciesOf(String key) {
    return assets.stream()
        .filter(asset -> asset.key().equals(AssetKey.parse(key)))
        .flatMap(asset -> asset.dependencies().stream())
        .map(AssetKey::toString)
        .toList();
  }
}
