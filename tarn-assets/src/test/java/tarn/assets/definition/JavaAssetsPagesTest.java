package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.Asset;
import tarn.station.Station;
import tarn.station.StationTemplate;

/** What the documentation says of assets in Java. */
class JavaAssetsPagesTest {
  private static final DocumentedPage REFERENCE =
      DocumentedPage.read("docs/reference/java-assets.md");

  @TempDir private Path folder;

  @Test
  void reference_namesEachElementWithItsDefault() {
    Map<String, String> documented =
        REFERENCE.rows("elements").stream()
            .collect(Collectors.toMap(row -> row.get(0), row -> row.get(1)));
    Map<String, String> declared =
        Stream.of(Asset.class.getDeclaredMethods())
            .collect(Collectors.toMap(method -> "`" + method.getName() + "`", this::shown));

    assertThat(documented).isEqualTo(declared);
  }

  private String shown(Method element) {
    @Nullable Object value = element.getDefaultValue();
    if (value == null) {
      return "required";
    }
    if (value.getClass().isArray()) {
      assertThat(Array.getLength(value)).isZero();
      return "`{}`";
    }
    return value.equals("") ? "`\"\"`" : "`" + value + "`";
  }

  @Test
  void reference_namesThePackagesThatPluginsSee() {
    assertThat(DocumentedPage.codes(REFERENCE.part("packages"))).isEqualTo(OfferedClasses.PACKAGES);
  }

  @Test
  void howTo_makesAPluginThatWorks() {
    StationTemplate.create(folder, StationTemplate.Options.defaults());
    DocumentedPage page = DocumentedPage.read("docs/how-to/write-a-java-asset.md");
    String source = page.blocks("java").getFirst();

    TestPlugin.write(
        folder.resolve("plugins"),
        "clinic.jar",
        Map.of("example/assets/ClinicAssets.java", source),
        "example.assets.ClinicAssets\n");

    assertThat(page.blocks("")).contains("example.assets.ClinicAssets\n");
    List<AssetDefinition> assets =
        StationAssets.load(Station.open(folder, Map.of()), LakeTables.none());
    assertThat(assets)
        .extracting(asset -> asset.key() + " " + asset.dependencies())
        .containsExactly(
            "raw/patients []",
            "reference/age_band []",
            "report/patients_by_age_band [raw/patients, reference/age_band]",
            "report/patients_by_city [raw/patients]");
  }
}
