package example.assets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetContext;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.definition.AssetBody;
import tarn.assets.definition.AssetDefinition;
import tarn.assets.definition.LakeTables;
import tarn.assets.definition.StationAssets;
import tarn.assets.graph.AssetGraph;
import tarn.assets.io.IoManager;
import tarn.assets.io.IoManager.RunIdentity;
import tarn.assets.io.WritePlan;
import tarn.station.Station;
import tarn.station.StationTemplate;
import tarn.testkit.BareEngine;
import tarn.testkit.ScratchLake;

/** The plugin in a new station, packed as its users would pack it. */
class ClinicAssetsTest {
  @TempDir private Path folder;
  private AssetGraph graph = AssetGraph.of(List.of());

  @BeforeEach
  void packIntoAStation() throws IOException {
    StationTemplate.create(folder, StationTemplate.Options.defaults());
    Path classes =
        Path.of(ClinicAssets.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (JarOutputStream jar =
            new JarOutputStream(Files.newOutputStream(folder.resolve("plugins/clinic.jar")));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        jar.write(Files.readAllBytes(file));
        jar.closeEntry();
      }
    }
    graph = AssetGraph.of(StationAssets.load(Station.open(folder, Map.of()), LakeTables.none()));
  }

  @Test
  void assets_standBesideThoseOfFiles() {
    assertThat(graph.keys())
        .extracting(AssetKey::toString)
        .containsExactly(
            "raw/patients",
            "reference/age_band",
            "reference/calendar",
            "reference/weekday",
            "report/patients_by_age_band",
            "report/patients_by_city");
    assertThat(graph.upstream(AssetKey.parse("report/patients_by_age_band")))
        .extracting(AssetKey::toString)
        .containsExactly("raw/patients", "reference/age_band");
    assertThat(asset("reference/weekday").columnDescriptions())
        .isEqualTo(Map.of("number", "1 is Monday"));
  }

  @Test
  void rows_areBands() {
    Output.Rows<?> bands = (Output.Rows<?>) run("reference/age_band");

    assertThat(bands.rows().map(Record::toString))
        .hasSize(11)
        .startsWith("AgeBand[fromAge=0, toAge=9, name=0 to 9]")
        .endsWith("AgeBand[fromAge=100, toAge=109, name=100 to 109]");
  }

  @Test
  void weekdays_areSeven() {
    assertThat(((Output.Rows<?>) run("reference/weekday")).rows()).hasSize(7);
  }

  @Test
  void arrowBatches_areWhatTheEngineCountsItself() throws IOException {
    long days = 0;
    long yearSum = 0;
    List<Integer> weekdays = new ArrayList<>();
    try (ArrowReader reader = ((Output.ArrowBatches) run("reference/calendar")).reader()) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        days += batch.getRowCount();
        for (int row = 0; row < batch.getRowCount(); row++) {
          yearSum += (Integer) batch.getVector("year").getObject(row);
          weekdays.add((Integer) batch.getVector("weekday").getObject(row));
        }
      }
    }
    try (BareEngine engine = BareEngine.start()) {
      assertThat(days + "|" + yearSum + "|" + weekdays.getFirst() + "|" + weekdays.getLast())
          .isEqualTo(
              engine.value(
                  "SELECT count(*), sum(year(d)), isodow(min(d)), isodow(max(d)) FROM"
                      + " (SELECT unnest(generate_series(DATE '1900-01-01', DATE '2099-12-31', INTERVAL 1 DAY)) d)"));
    }
  }

  @Test
  void relation_countsThePatients() {
    Output.Relation report = (Output.Relation) run("report/patients_by_age_band");
    try (BareEngine engine = BareEngine.start()) {
      engine.execute("CREATE SCHEMA raw; CREATE SCHEMA reference");
      engine.execute(
          "CREATE TABLE raw.patients AS FROM read_csv('%s/landing/patients/*.csv')"
              .formatted(folder));
      engine.execute(
          "CREATE TABLE reference.age_band AS SELECT 10 * i AS fromAge, 10 * i + 9 AS toAge,"
              + " fromAge || ' to ' || toAge AS name FROM range(11) t(i)");

      // Counted by hand from the eight births of the example.
      assertThat(engine.rows("FROM (" + report.query() + ") WHERE patients > 0 ORDER BY name"))
          .containsExactly(
              "0 to 9|1", "20 to 29|1", "30 to 39|1", "40 to 49|2", "60 to 69|1", "70 to 79|2");
    }
  }

  @Test
  void eachAsset_isWrittenIntoTheLake(@TempDir Path lakeFolder) {
    try (ScratchLake lake = ScratchLake.in(lakeFolder)) {
      lake.execute("CREATE SCHEMA raw");
      lake.execute(
          "CREATE TABLE raw.patients AS FROM read_csv('%s/landing/patients/*.csv')"
              .formatted(folder));
      IoManager manager = new IoManager(lake.lake(), new RunIdentity("run", "tester"));
      for (AssetKey key : graph.inOrder()) {
        if (asset(key.toString()).body() instanceof AssetBody.JavaCode) {
          manager.handleOutput(key, run(key.toString()), WritePlan.replace("1"));
        }
      }

      assertThat(lake.rows("FROM reference.age_band ORDER BY fromAge LIMIT 2"))
          .containsExactly("0|9|0 to 9", "10|19|10 to 19");
      assertThat(
              lake.value(
                  "SELECT count(*) FROM reference.calendar WHERE year = year(day)"
                      + " AND month = month(day) AND weekday = isodow(day)"))
          .isEqualTo("73049");
      assertThat(lake.rows("FROM reference.weekday WHERE number IN (1, 7) ORDER BY number"))
          .containsExactly("1|Monday", "7|Sunday");
      assertThat(lake.value("SELECT sum(patients) FROM report.patients_by_age_band"))
          .isEqualTo("8");
    }
  }

  private AssetDefinition asset(String key) {
    return graph.definition(AssetKey.parse(key));
  }

  private Output run(String key) {
    AssetDefinition asset = asset(key);
    return ((AssetBody.JavaCode) asset.body()).code().apply(new Context(asset.key(), folder));
  }

  private record Context(AssetKey key, Path station) implements AssetContext {
    @Override
    public String runId() {
      return "run";
    }

    @Override
    public Output.Relation input(AssetKey input) {
      return new Output.Relation("FROM " + input.table());
    }

    @Override
    public void log(String message) {}
  }
}
