package tarn.integrity.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tarn.base.Json;
import tarn.integrity.Specimens;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;
import tarn.testkit.Checkout;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;
import tools.jackson.databind.JsonNode;

class ReportsTest {
  private static FsckReport clean;
  private static FsckReport damaged;

  @BeforeAll
  static void check(@TempDir Path folder) throws IOException {
    Specimen lake = Specimen.make(LakeShape.PARTITIONED, folder);
    clean = Specimens.check(lake, Level.CONTENT);
    Path stray = lake.data().resolve("ward/visit/left <&> \"behind\".parquet");
    Files.createFile(stray);
    try (var files = Files.walk(lake.data().resolve("ward/visit"))) {
      Files.delete(
          files
              .filter(each -> each.toString().contains("%C3%BC"))
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow());
    }
    damaged = Specimens.check(lake, Level.EXISTS);
  }

  private static List<String> mistakes(FsckReport report) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(Checkout.folder().resolve("spec/fsck-report.schema.json")));
    return schema.validate(JsonReport.of(report), InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void json_isAsSpecified() throws IOException {
    assertThat(mistakes(clean)).isEmpty();
    assertThat(mistakes(damaged)).isEmpty();
  }

  @Test
  void json_namesWhatIsWrong() {
    JsonNode report = Json.mapper().readTree(JsonReport.of(damaged));

    assertThat(report.path("status").asString()).isEqualTo("findings");
    JsonNode missing = report.path("findings").get(0);
    assertThat(missing.path("code").asString()).isEqualTo("file.missing");
    assertThat(missing.path("severity").asString()).isEqualTo("error");
    assertThat(missing.path("table").asString()).isEqualTo("ward.visit");
    assertThat(missing.path("partition").asString()).isEqualTo("patient=ü/x");
    assertThat(missing.path("path").asString()).contains("patient=%C3%BC%2Fx/ducklake-");
    assertThat(missing.path("rows").asInt()).isEqualTo(1);
    assertThat(missing.path("remedy").asString()).isNotEmpty();
    assertThat(report.path("findings").get(1).path("code").asString()).isEqualTo("orphan");
    assertThat(report.path("findings")).hasSize(2);
  }

  @Test
  void junit_failsTheClassesThatWereFound() throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(JunitReport.of(damaged))));
    Element suite = document.getDocumentElement();

    assertThat(suite.getAttribute("failures")).isEqualTo("2");
    assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(2);
    assertThat(((Element) document.getElementsByTagName("failure").item(1)).getAttribute("message"))
        .endsWith("left <&> \"behind\".parquet");
  }

  @Test
  void sarif_hasARuleForEveryResult() {
    JsonNode run = Json.mapper().readTree(SarifReport.of(damaged)).path("runs").get(0);

    assertThat(run.path("tool").path("driver").path("rules").findValuesAsString("id"))
        .containsAll(run.path("results").findValuesAsString("ruleId"));
    assertThat(run.path("results").findValuesAsString("ruleId"))
        .containsExactly("file.missing", "orphan");
    assertThat(run.path("results").get(1).path("locations").findValuesAsString("uri").getFirst())
        .startsWith("file:///")
        .endsWith("left%20%3C&%3E%20%22behind%22.parquet");
  }

  @Test
  void page_hasEveryClassAsItIs() throws IOException {
    List<String> rows =
        Files.readAllLines(Checkout.folder().resolve("docs/reference/findings.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2)).strip())
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(FindingClass.values())
                .map(
                    type ->
                        "| `%s` | %s | %s | %s"
                            .formatted(
                                type.code(),
                                type.severity().text(),
                                type.level().text(),
                                type.reader().text()))
                .toList());
  }
}
