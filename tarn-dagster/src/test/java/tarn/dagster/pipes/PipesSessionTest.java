package tarn.dagster.pipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.AssetKey;
import tarn.assets.io.Materialization;
import tarn.assets.run.AssetResult;
import tarn.assets.run.AssetState;
import tarn.assets.run.RunListener;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.dagster.pipes.PipesSession.Level;

class PipesSessionTest {
  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();

  /** As Dagster packs it: JSON, zlib, Base64. */
  private static String packed(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream packing = new DeflaterOutputStream(bytes)) {
      packing.write(Json.line(value).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private Path messages() {
    return folder.resolve("messages");
  }

  private Map<String, String> environment(Object extras) {
    return Map.of(
        Bootstrap.CONTEXT,
        packed(Map.of("data", Map.of("run_id", "r", "extras", extras))),
        Bootstrap.MESSAGES,
        packed(Map.of("path", messages().toString())));
  }

  private PipesSession open(Object extras) {
    return PipesSession.open(environment(extras), said::add).orElseThrow();
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(messages());
  }

  @Test
  void withoutDagster_thereIsNoSession() {
    assertThat(PipesSession.open(Map.of(), said::add)).isEmpty();
  }

  @Test
  void messages_areLinesOfTheProtocol() throws IOException {
    try (PipesSession session = open(Map.of())) {
      session.log(Level.INFO, "héllo\nworld");
      session.materialization(
          AssetKey.of("omop", "person"),
          Optional.of("v1:x"),
          Map.of("dagster/row_count", MetadataValue.integer(3)));
      session.check(AssetKey.of("omop", "person"), new ReportedCheck("rows", true, false, 2, "x"));
    }
    assertThat(lines())
        .containsExactly(
            "{\"__dagster_pipes_version\":\"0.1\",\"method\":\"opened\",\"params\":{\"extras\":{}}}",
            lines().get(1),
            "{\"__dagster_pipes_version\":\"0.1\",\"method\":\"report_asset_materialization\","
                + "\"params\":{\"asset_key\":\"omop/person\",\"data_version\":\"v1:x\",\"metadata\":"
                + lines().get(2).replaceFirst(".*\"metadata\":", ""),
            "{\"__dagster_pipes_version\":\"0.1\",\"method\":\"report_asset_check\",\"params\":"
                + "{\"asset_key\":\"omop/person\",\"check_name\":\"rows\",\"passed\":false,"
                + "\"severity\":\"ERROR\",\"metadata\":"
                + lines().get(3).replaceFirst(".*\"metadata\":", ""),
            "{\"__dagster_pipes_version\":\"0.1\",\"method\":\"closed\",\"params\":{}}");
    var log = Json.mapper().readTree(lines().get(1)).path("params");
    assertThat(log.path("message").asString()).isEqualTo("héllo\nworld");
    assertThat(log.path("level").asString()).isEqualTo("INFO");
    var metadata = Json.mapper().readTree(lines().get(2)).path("params").path("metadata");
    assertThat(metadata.path("dagster/row_count").path("raw_value").asInt()).isEqualTo(3);
    assertThat(metadata.path("dagster/row_count").path("type").asString()).isEqualTo("int");
  }

  @Test
  void aPrefix_isPutBeforeEachKey() throws IOException {
    try (PipesSession session = open(Map.of("asset_key_prefix", List.of("ward/7", "x")))) {
      session.materialization(AssetKey.of("a"), Optional.empty(), Map.of());
    }
    assertThat(Json.mapper().readTree(lines().get(1)).path("params").path("asset_key").asString())
        .isEqualTo("ward\\/7/x/a");
    assertThat(lines().get(1)).contains("\"data_version\":null");
  }

  @Test
  void aContextInAFile_isReadFromThere() throws IOException {
    Path file =
        Files.writeString(folder.resolve("c"), "{\"extras\":{\"asset_key_prefix\":[\"p\"]}}");
    Map<String, String> environment =
        Map.of(
            Bootstrap.CONTEXT,
            packed(Map.of("path", file.toString())),
            Bootstrap.MESSAGES,
            packed(Map.of("path", messages().toString())));
    try (PipesSession session = PipesSession.open(environment, said::add).orElseThrow()) {
      session.materialization(AssetKey.of("a"), Optional.empty(), Map.of());
    }
    assertThat(lines().get(1)).contains("\"p/a\"");
  }

  @Test
  void aFailure_isToldWhenTheSessionCloses() throws IOException {
    try (PipesSession session = open(Map.of())) {
      session.failed("catalog.locked", "The catalog is in use");
    }
    assertThat(lines().getLast()).contains("\"exception\"", "\"name\":\"catalog.locked\"");
  }

  @Test
  void variablesOfSomebodyElse_areRefusedWithARemedy() {
    assertThatThrownBy(
            () ->
                PipesSession.open(
                    Map.of(Bootstrap.CONTEXT, "?", Bootstrap.MESSAGES, "?"), said::add))
        .isInstanceOfSatisfying(
            TarnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.USAGE);
              assertThat(e.remedy()).contains("unset DAGSTER_PIPES_CONTEXT");
            });
    assertThatThrownBy(
            () ->
                PipesSession.open(
                    Map.of(
                        Bootstrap.CONTEXT,
                        packed(Map.of("data", Map.of())),
                        Bootstrap.MESSAGES,
                        packed(Map.of("bucket", "b"))),
                    said::add))
        .hasMessageContaining("neither a file nor a standard stream");
  }

  @Test
  void aRun_isToldAssetByAsset() throws IOException {
    AssetKey made = AssetKey.of("omop", "person");
    AssetKey skipped = AssetKey.of("omop", "death");
    AssetKey failed = AssetKey.of("omop", "visit");
    AssetKey kept = AssetKey.of("mart", "stays");
    ReportedCheck recorded = new ReportedCheck("unique_id", true, false, 7, "id 3");
    try (PipesSession session = open(Map.of())) {
      PipesListener listener =
          new PipesListener(session, _ -> List.of(recorded), "run-1", RunListener.none());
      listener.started(made);
      listener.ended(
          result(
              made,
              new AssetState.Written(
                  new Materialization.Written(
                      made, 5, 4, 1, 99, 12, Optional.of("v1"), "c", List.of(), Duration.ZERO),
                  Optional.empty())));
      listener.ended(
          result(
              skipped,
              new AssetState.Skipped(
                  new Materialization.Unchanged(skipped, 1, 3, "v0", List.of(), Duration.ZERO))));
      listener.ended(
          result(
              failed,
              new AssetState.Failed(
                  ErrorCode.CHECK_FAILED,
                  "refused",
                  "mend it",
                  Effect.NOTHING_WRITTEN,
                  List.of())));
      listener.ended(
          result(
              kept,
              new AssetState.NotRun(
                  new AssetState.Reason.Upstream(new TreeSet<>(List.of(failed))))));
    }
    List<String> told =
        lines().stream()
            .map(line -> Json.mapper().readTree(line))
            .map(
                message ->
                    message.path("method").asString()
                        + " "
                        + message.path("params").path("asset_key").asString("")
                        + message.path("params").path("level").asString(""))
            .toList();
    assertThat(told)
        .containsExactly(
            "opened ",
            "log INFO",
            "log INFO",
            "report_asset_materialization omop/person",
            "log INFO",
            "report_asset_materialization omop/death",
            "report_asset_check omop/death",
            "log ERROR",
            "report_asset_check omop/visit",
            "log WARNING",
            "closed ");
    var metadata = Json.mapper().readTree(lines().get(3)).path("params").path("metadata");
    assertThat(metadata.path("tarn/rows_written").path("raw_value").asInt()).isEqualTo(4);
    assertThat(metadata.path("tarn/outcome").path("raw_value").asString()).isEqualTo("written");
  }

  private static AssetResult result(AssetKey key, AssetState state) {
    return new AssetResult(key, state, Duration.ofMillis(1500));
  }
}
