package tarn.assets.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.run.AssetState.Failed;
import tarn.assets.run.AssetState.Skipped;
import tarn.assets.run.AssetState.Written;
import tarn.base.ErrorCode;
import tarn.integrity.finding.Finding;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;

/** What becomes of an asset whose files were lost or changed behind the lake's back. */
class DamagedTableTest {
  private static final AssetKey A = AssetKey.parse("raw/a");
  private static final AssetKey B = AssetKey.parse("raw/b");

  @TempDir Path folder;
  private RunningStation station;
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void open() {
    station = RunningStation.in(folder);
  }

  @AfterEach
  void close() {
    station.close();
  }

  private Path file(String table) {
    List<String> files =
        station.rows(
            "SELECT data_file FROM ducklake_list_files('lake', '%s', schema => 'raw')"
                .formatted(table));
    assertThat(files).hasSize(1);
    return Path.of(files.getFirst());
  }

  private static void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 3] ^= 1;
    Files.write(file, content);
  }

  private RunReport run() {
    return station.run(
        "*",
        Rerun.WHAT_CHANGED,
        new RunListener() {
          @Override
          public void logged(AssetKey key, String message) {
            lines.add(key + ": " + message);
          }
        });
  }

  private List<String> codes(FsckReport report) {
    return report.findings().stream()
        .filter(finding -> finding.affected().flatMap(Finding.Affected::endSnapshot).isEmpty())
        .map(finding -> finding.type().code())
        .filter(code -> !code.equals("orphan"))
        .toList();
  }

  @Test
  void aLostFile_isWrittenAgainWithoutItsConsumers() throws IOException {
    station.asset(
        "raw/a",
        """
        /* tarn
        description = "numbers"
        partition_by = ["part"]
        */
        SELECT range AS x, 'p' AS part FROM range(10)""");
    station.asset("raw/b", "SELECT sum(x) AS y FROM raw.a");
    station.run();
    station.execute("COMMENT ON COLUMN raw.a.x IS 'said by a person'");
    Files.delete(file("a"));
    assertThat(codes(station.check(Level.EXISTS))).containsExactly("file.missing");

    assertThat(station.plan().steps().getFirst().verdict())
        .isEqualTo(new RunPlan.Verdict.Runs(List.of("its files are damaged: file.missing")));
    RunReport report = run();

    assertThat(report.state(A)).isInstanceOf(Written.class);
    assertThat(report.state(B)).isInstanceOf(Skipped.class);
    assertThat(lines)
        .containsExactly("raw/a: its files are damaged (file.missing): it is made anew");
    assertThat(station.value("SELECT count(*) || ':' || sum(x) FROM raw.a")).isEqualTo("10:45");
    assertThat(station.rows("SELECT comment FROM duckdb_columns() WHERE table_name = 'a'"))
        .containsExactly("said by a person", "null");
    assertThat(station.value("SELECT comment FROM duckdb_tables() WHERE table_name = 'a'"))
        .isEqualTo("numbers");
    assertThat(file("a").toString()).contains("part=p");
    assertThat(codes(station.check(Level.CONTENT))).isEmpty();
    assertThat(run().state(A)).isInstanceOf(Skipped.class);
  }

  @Test
  void aFlippedBit_isWrittenOverOnceItIsFound() throws IOException {
    station.asset("raw/a", "SELECT range AS x FROM range(1000)");
    station.run();
    station.check(Level.CONTENT);
    flip(file("a"));
    assertThat(run().state(A)).isInstanceOf(Skipped.class);

    assertThat(codes(station.check(Level.CONTENT))).containsExactly("file.modified");
    assertThat(run().state(A)).isInstanceOf(Written.class);
    assertThat(station.value("SELECT sum(x)::BIGINT FROM raw.a")).isEqualTo("499500");
    assertThat(codes(station.check(Level.CONTENT))).isEmpty();
  }

  @Test
  void aLostDeleteFile_isNoObstacle() throws IOException {
    String merge =
        "/* tarn\nwrite = { mode = \"merge\", keys = [\"x\"], unmatched = \"delete\" }\n*/\n";
    station.asset("raw/a", merge + "SELECT range AS x FROM range(10)");
    station.run();
    station.asset("raw/a", merge + "SELECT range AS x FROM range(9)");
    station.run();
    String deletes =
        station.value("SELECT delete_file FROM ducklake_list_files('lake', 'a', schema => 'raw')");
    Files.delete(Path.of(deletes));
    assertThat(codes(station.check(Level.EXISTS))).containsExactly("delete-file.missing");

    assertThat(run().state(A)).isInstanceOf(Written.class);
    assertThat(station.value("SELECT count(*) FROM raw.a")).isEqualTo("9");
    assertThat(codes(station.check(Level.EXISTS))).isEmpty();
  }

  @Test
  void rowsThatNoRunMakesAgain_areNotGivenUpAndNotReadFrom() throws IOException {
    station.asset("raw/a", "/* tarn\nwrite = { mode = \"append\" }\n*/\nSELECT now() AS x");
    station.asset("raw/b", "SELECT count(x) AS y FROM raw.a");
    station.run();
    Files.delete(file("a"));
    station.check(Level.EXISTS);

    RunReport report = run();

    assertThat(lines.getFirst())
        .isEqualTo(
            "raw/a: its files are damaged (file.missing) and stay so, because its write mode keeps"
                + " rows that a run does not make: mend them with `tarn repair`");
    assertThat(report.state(B)).isInstanceOf(Failed.class);
    Failed failed = (Failed) report.state(B);
    assertThat(failed.code()).isEqualTo(ErrorCode.ASSET_INPUT_DAMAGED);
    assertThat(failed.message())
        .isEqualTo("raw/b reads raw.a, whose files are damaged (file.missing).");
  }

  @Test
  void aSource_isLandedAgainAsLongAsItsFilesAreThere() throws IOException {
    station.file(
        "assets/raw/a.toml",
        """
        write = { mode = "append" }
        [landing]
        files = ["landing/*.csv"]
        format = "csv"
        columns = { x = "INTEGER" }
        """);
    station.file("landing/1.csv", "x\n1\nworse\n");
    station.run();
    station.file("landing/2.csv", "x\n2\n");
    station.run();
    List<String> files =
        station.rows("SELECT data_file FROM ducklake_list_files('lake', 'a', schema => 'raw')");
    Files.delete(Path.of(files.getFirst()));
    station.check(Level.EXISTS);

    assertThat(run().state(A)).isInstanceOf(Written.class);
    assertThat(station.rows("SELECT x FROM raw.a ORDER BY x")).containsExactly("1", "2");
    assertThat(station.value("SELECT count(*) FROM raw.a_quarantine")).isEqualTo("1");
    assertThat(codes(station.check(Level.EXISTS))).isEmpty();

    Files.delete(file("a"));
    Files.delete(folder.resolve("landing/1.csv"));
    station.check(Level.EXISTS);
    lines.clear();
    run();
    assertThat(lines.getFirst()).contains("files that were landed are gone: landing/1.csv");
  }

  @Test
  void code_isRunAgain() throws IOException {
    station.code(CodeAssets.of("raw/a", _ -> Output.relation("SELECT 7 AS x")));
    station.run();
    Files.writeString(file("a"), "no Parquet");
    assertThat(codes(station.check(Level.EXISTS))).hasSize(1);

    assertThat(run().state(A)).isInstanceOf(Written.class);
    assertThat(station.value("FROM raw.a")).isEqualTo("7");
  }
}
