package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.assets.AssetKey;
import tarn.assets.Output;
import tarn.assets.WriteMode.Unmatched;
import tarn.assets.io.Materialization.Written;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** A write that fails leaves the lake as it was: its rows, its history and its files. */
class FailedWritesTest {
  private static final String WIDE =
      "SELECT range AS id, hash(range)::VARCHAR || hash(range + 1)::VARCHAR AS v";

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void openLake() {
    bench = Bench.in(folder);
    bench.replace("t", WIDE + " FROM range(10)");
    bench.replace("s/other", "SELECT 1 AS x");
  }

  @AfterEach
  void closeLake() {
    bench.close();
  }

  private void failsLeavingNothing(ErrorCode code, Runnable write) {
    long snapshots = bench.snapshots();
    List<Path> files = bench.lake.dataFiles();
    assertThatThrownBy(write::run)
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.effect()).isEqualTo(Effect.NOTHING_WRITTEN);
              assertThat(e.remedy()).isNotBlank();
            });
    assertThat(bench.snapshots()).isEqualTo(snapshots);
    assertThat(bench.lake.dataFiles()).isEqualTo(files);
    assertThat(bench.value("SELECT count(*) FROM t")).isEqualTo("10");
    assertThat(bench.replace("t", WIDE + " FROM range(5)")).isInstanceOf(Written.class);
    assertThat(bench.value("SELECT count(*) FROM t")).isEqualTo("5");
    assertThat(spilled()).isEmpty();
  }

  private List<Path> spilled() {
    try (Stream<Path> files = Files.walk(folder.resolve("temp"))) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WritePlan plan(String mode) {
    return switch (mode) {
      case "replace" -> Plans.of(Plans.REPLACE);
      case "append" -> Plans.of(Plans.APPEND);
      case "merge" -> Plans.merge(Unmatched.DELETE, "id");
      case "overwrite" -> Plans.overwrite("id");
      case "partitioned" -> Plans.partitioned(Plans.REPLACE, "bucket(5, id)");
      default -> throw new IllegalArgumentException(mode);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "append", "merge", "overwrite", "partitioned"})
  void queryThatFailsHalfWay_leavesNothing(String mode) {
    failsLeavingNothing(
        ErrorCode.QUERY_INVALID,
        () ->
            bench.write(
                "t",
                WIDE + " FROM range(600000) WHERE range < 590000 OR error('half way') IS NULL",
                plan(mode)));
  }

  @Test
  void queryLargerThanMemoryAndTempFolder_leavesNothing() {
    bench.lake.execute("SET memory_limit = '150MB'");
    bench.lake.execute("SET max_temp_directory_size = '20MB'");
    failsLeavingNothing(
        ErrorCode.ENGINE_OUT_OF_MEMORY,
        () ->
            bench.replace("t", "SELECT id, v FROM (" + WIDE + " FROM range(6000000)) ORDER BY v"));
  }

  @Test
  void writeThatIsStopped_leavesNothing() throws Exception {
    IoManager io = bench.io();
    try (var thread = Executors.newSingleThreadExecutor()) {
      Future<Materialization> write =
          thread.submit(
              () ->
                  io.handleOutput(
                      AssetKey.of("t"),
                      Output.relation(WIDE + " FROM range(500000000)"),
                      Plans.of(Plans.APPEND)));
      Path data = Path.of(bench.lake.settings().dataPath()).resolve("main/t");
      int before = count(data);
      while (count(data) == before && !write.isDone()) {
        Thread.sleep(10);
      }
      List<Path> files = bench.lake.dataFiles();
      assertThat(files).hasSizeGreaterThan(before);
      io.cancel();
      assertThatThrownBy(write::get)
          .cause()
          .isInstanceOfSatisfying(
              TarnException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED);
                assertThat(e.effect()).isEqualTo(Effect.NOTHING_WRITTEN);
              });
      assertThat(count(data)).isEqualTo(before);
    }
    assertThat(bench.value("SELECT count(*) FROM t")).isEqualTo("10");
  }

  private static int count(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return (int) files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void firstWriteThatFails_leavesNoTable() {
    failsLeavingNothing(
        ErrorCode.QUERY_INVALID,
        () ->
            bench.replace(
                "s/fresh",
                WIDE + " FROM range(600000) WHERE range < 590000 OR error('half way') IS NULL"));
    assertThat(bench.rows("SELECT table_name FROM duckdb_tables() WHERE table_name = 'fresh'"))
        .isEmpty();
  }
}
