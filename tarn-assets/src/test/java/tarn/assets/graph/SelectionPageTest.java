package tarn.assets.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.definition.DocumentedPage;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.station.Station;

/** Every example of the page, over the assets that it shows. */
class SelectionPageTest {
  private static final DocumentedPage PAGE = DocumentedPage.read("docs/reference/selection.md");

  @TempDir private Path folder;

  @Test
  void examples_selectWhatThePageSays() throws IOException {
    AssetGraph graph = graph();
    List<List<String>> examples = PAGE.rows("selections");

    assertThat(examples).hasSizeGreaterThan(20);
    for (List<String> example : examples) {
      String selection = DocumentedPage.codes(example.get(0)).getFirst();
      List<String> expected =
          example.get(1).equals("every asset")
              ? graph.keys().stream().map(AssetKey::toString).toList()
              : DocumentedPage.codes(example.get(1));
      assertThat(Selection.select(graph, selection))
          .as(selection)
          .extracting(AssetKey::toString)
          .containsExactlyElementsOf(new TreeSet<>(expected));
    }
  }

  private AssetGraph graph() throws IOException {
    Files.writeString(folder.resolve("station.toml"), "");
    for (List<String> row : PAGE.rows("assets")) {
      List<String> tables = DocumentedPage.codes(row.get(1));
      String query = tables.isEmpty() ? "SELECT 1 AS id" : "FROM " + String.join(", ", tables);
      String header = String.join("\n", DocumentedPage.codes(row.get(2)));
      Path file =
          folder.resolve("assets").resolve(DocumentedPage.codes(row.get(0)).getFirst() + ".sql");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "/* tarn\n" + header + "\n*/\n" + query);
    }
    return AssetGraph.of(StationAssets.load(Station.open(folder, Map.of()), LakeTables.none()));
  }
}
