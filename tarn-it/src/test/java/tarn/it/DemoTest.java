package tarn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.it.launcher.Started;
import tools.jackson.databind.JsonNode;

/** {@code tarn demo} as someone starts it who has never seen it, and what it leaves behind. */
@Tag("slow")
class DemoTest {
  private static final int ASSETS = 36;

  @TempDir static Path shared;
  private static Path folder = Path.of("");
  private static Started.Ended first = new Started.Ended(-1, "", "");

  @TempDir Path temporary;

  @BeforeAll
  static void makeTheDemo() throws Exception {
    folder = shared.toRealPath();
    first = Tarn.run(folder, "demo");
  }

  @Test
  void everyTable_holdsWhatTheOracleComputedFromTheFiles() throws Exception {
    HospitalOracle oracle = HospitalOracle.ofTheSample();

    assertThat(oracle.answersOf(folder.resolve("tarn-demo"))).isEqualTo(oracle.answers());
  }

  @Test
  void output_tellsWhatWasMade_whatIsInIt_andWhatWasSetAside() {
    assertThat(first.out())
        .contains("36 assets in ", ": 36 written, 0 unchanged.")
        // As many as the oracle counted in the tables of raw.
        .containsPattern("raw +11 +118,537")
        .contains("landing/lab/lab-2026-10.csv")
        .contains("-C tarn-demo assets");
    assertThat(first.err()).contains("Making the station tarn-demo");
  }

  @Test
  void quarantinedRows_areShownWithTheirLines() {
    assertThat(
            first
                .out()
                .lines()
                .filter(line -> line.startsWith("landing/lab/lab-2026-10.csv"))
                .map(line -> line.split(" +")[1]))
        // As examples/hospital/README.md tells where they were broken.
        .containsExactly("19", "37", "54", "72");
  }

  @Test
  void secondRun_writesNothingAndSaysSo() throws Exception {
    int before =
        Tarn.json(folder, "-C", "tarn-demo", "snapshots", "--json", "--limit", "1000").size();

    JsonNode second = Tarn.json(folder, "demo", "--json");

    assertThat(second.get("unchanged").asInt()).isEqualTo(ASSETS);
    assertThat(second.get("written").asInt()).isZero();
    assertThat(Tarn.run(folder, "demo").out()).startsWith("\nNothing has changed");
    assertThat(Tarn.json(folder, "-C", "tarn-demo", "snapshots", "--json", "--limit", "1000"))
        .hasSize(before);
  }

  @Test
  void folderItLeaves_isAStationForEveryOtherCommand() throws Exception {
    Path station = folder.resolve("tarn-demo");

    assertThat(
            Tarn.json(
                station, "query", "--format", "json", "SELECT count(*) AS n FROM omop.person"))
        .hasToString("[{\"n\":111}]");
    assertThat(Tarn.json(station, "config", "show", "--json").get("catalog").asString())
        .isEqualTo(station + "/lake/catalog.ducklake");
    assertThat(Tarn.json(station, "manifest").get("assets")).hasSize(ASSETS);
    assertThat(Tarn.json(station, "snapshots", "--json", "--limit", "1000"))
        .hasSizeGreaterThan(ASSETS - 1);
    assertThat(Tarn.run(station, "materialize", "+mart/polypharmacy").exitCode()).isZero();
  }

  @Test
  void folderWithOtherThings_isRefusedAndLeftAlone() throws Exception {
    Path thesis = Files.writeString(temporary.resolve("thesis.txt"), "draft 7");

    Started.Ended ended = Tarn.start(folder, "demo", temporary.toString()).end();

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("station.exists", temporary.toString());
    assertThat(temporary.toFile().list()).containsExactly("thesis.txt");
    assertThat(thesis).hasContent("draft 7");
  }

  @Test
  void catalogOfAnotherLake_isNeverWritten() throws Exception {
    Path catalog = temporary.resolve("real.ducklake");

    Started.Ended ended =
        Tarn.startWith("TARN_CATALOG", catalog.toString(), temporary, "demo").end();

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("TARN_CATALOG");
    assertThat(temporary).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(longs = {400, 1500, 3000})
  void killedDemo_isCompletedByTheNext(long milliseconds) throws Exception {
    Started killed = Tarn.start(temporary, "demo");
    Thread.sleep(milliseconds);
    killed.killWithAllItStarted().end();

    Tarn.run(temporary, "demo");

    HospitalOracle oracle = HospitalOracle.ofTheSample();
    assertThat(oracle.answersOf(temporary.toRealPath().resolve("tarn-demo")))
        .isEqualTo(oracle.answers());
  }

  @Test
  void recordsThatSyntheaMakes_areLandedToTheLastRow() throws Exception {
    Started.Ended made = Tarn.run(temporary, "demo", "--patients", "10", "--seed", "3", "small");

    Path station = temporary.toRealPath().resolve("small");
    HospitalOracle oracle = HospitalOracle.of(station.resolve("landing"));
    assertThat(oracle.answersOf(station)).isEqualTo(oracle.answers());
    assertThat(made.err()).contains("Synthea's patients: 10 of about 10");
    Started.Ended refused = Tarn.start(temporary, "demo", "small").end();
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("10 patients made with seed 3");
  }
}
