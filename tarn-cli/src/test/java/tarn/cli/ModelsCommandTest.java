package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ModelsCommandTest {
  /** {@code pickle.dumps} of an object that would run {@code os.system('true')}. */
  private static final byte[] DANGEROUS =
      "cos\nsystem\n(S'true'\ntR.".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] UNKNOWN =
      "csklearn.svm._classes\nSVC\n)R.".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;
  private Path station;

  @BeforeEach
  void makeStation() throws IOException {
    station = Files.createDirectories(folder.toRealPath().resolve("ward-7"));
    Files.writeString(
        station.resolve("station.toml"), "name = 'test'\n[engine]\nmemory_limit = '1GB'\n");
    Files.write(station.resolve("model.safetensors"), safetensors("[2]", 8));
    Files.writeString(station.resolve("config.json"), "{\"layers\":2}");
  }

  private static byte[] safetensors(String shape, int bytes) throws IOException {
    String header =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,%d]}}".formatted(shape, bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header.length());
    out.write(new byte[7]);
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[bytes]);
    return out.toByteArray();
  }

  private TypedCommand.Ended tarn(String... typed) {
    return TypedCommand.in(station).run(typed);
  }

  private JsonNode json(String... typed) {
    return tarn(typed).exitingWith(0).json();
  }

  @Test
  void version_keepsFilesAndAllThatIsSaidOfThem() throws IOException {
    Files.createDirectories(station.resolve("assets/mart"));
    Files.writeString(station.resolve("assets/mart/features.sql"), "SELECT 1 AS x");
    tarn("materialize").exitingWith(0);
    JsonNode pushed =
        json(
            "models",
            "push",
            "model.safetensors",
            "config.json",
            "--name",
            "risk",
            "--metric",
            "auroc=0.87",
            "--metric",
            "brier=0.1",
            "--trained-on",
            "mart/features",
            "--tag",
            "icu",
            "--metadata",
            "{\"seed\":7}",
            "--run",
            "run-1",
            "--alias",
            "staging",
            "--json");
    assertThat(pushed.path("version").asInt()).isEqualTo(1);
    assertThat(pushed.path("new").asBoolean()).isTrue();

    JsonNode shown = json("models", "show", "risk@staging", "--json");

    assertThat(shown.path("metrics").toString()).isEqualTo("{\"auroc\":0.87,\"brier\":0.1}");
    assertThat(shown.path("metadata").toString()).isEqualTo("{\"seed\":7}");
    assertThat(shown.path("tags").toString()).isEqualTo("[\"icu\"]");
    assertThat(shown.path("run").asString()).isEqualTo("run-1");
    JsonNode trained = shown.path("trained_on").get(0);
    assertThat(trained.path("asset").asString()).isEqualTo("mart/features");
    assertThat(
            json(
                    "query",
                    "--format",
                    "json",
                    "SELECT x FROM mart.features AT (VERSION => "
                        + trained.path("snapshot").asLong()
                        + ")")
                .get(0)
                .path("x")
                .asInt())
        .isEqualTo(1);
    assertThat(shown.path("contents").get(1).path("path").asString())
        .isEqualTo("model.safetensors");
    // By sha256sum over the lines that the specification describes.
    assertThat(shown.path("digest").asString())
        .isEqualTo(digest("config.json", "model.safetensors"));
    JsonNode tensor =
        json(
                "query",
                "--format",
                "json",
                "SELECT tensor, dtype, shape, parameters FROM model_registry.tensors"
                    + " WHERE name = 'risk' AND version = 1")
            .get(0);
    assertThat(tensor.toString())
        .isEqualTo("{\"tensor\":\"w\",\"dtype\":\"F32\",\"shape\":[2],\"parameters\":2}");
    tarn("models", "pull", "risk@staging", "--into", "out").exitingWith(0);
    assertThat(station.resolve("out/model.safetensors"))
        .hasSameBinaryContentAs(station.resolve("model.safetensors"));
    assertThat(station.resolve("out/config.json")).hasContent("{\"layers\":2}");
  }

  private String digest(String... names) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      byte[] content = Files.readAllBytes(station.resolve(name));
      lines.append(sha256(content)).append(' ').append(content.length).append(' ').append(name);
      lines.append('\n');
    }
    return sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] content) {
    try {
      return java.util.HexFormat.of()
          .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void versions_countUp_andTheSameFilesMakeNone() throws IOException {
    Files.createDirectories(station.resolve("saved/deep"));
    Files.write(station.resolve("saved/deep/m.safetensors"), safetensors("[2]", 8));
    assertThat(json("models", "push", "saved", "--name", "risk", "--json").path("version").asInt())
        .isEqualTo(1);
    assertThat(json("models", "push", "saved", "--name", "risk", "--json").path("new").asBoolean())
        .isFalse();
    Files.write(station.resolve("saved/deep/m.safetensors"), safetensors("[1,1]", 4));
    Files.writeString(station.resolve("saved/notes.txt"), "less");
    tarn("models", "push", "saved", "--name", "risk", "--metric", "auroc=0.9").exitingWith(0);

    assertThat(json("models", "list", "risk", "--json")).hasSize(2);
    assertThat(json("models", "list", "--json").get(0).path("version").asInt()).isEqualTo(2);
    assertThat(tarn("models", "diff", "risk@1", "risk@2").exitingWith(0).out())
        .contains("~ file deep/m.safetensors")
        .contains("+ file notes.txt")
        .contains("~ tensor deep/m.safetensors w  F32 [2] → F32 [1, 1]")
        .contains("+ metric auroc  0.9");
    assertThat(tarn("models", "diff", "risk@2", "risk").exitingWith(0).out())
        .isEqualTo("Nothing differs.\n");
  }

  @Test
  void aliases_moveAndTheirMovesAreKept() throws IOException {
    json(
        "models", "push", "model.safetensors", "--name", "risk", "--alias", "production", "--json");
    json("models", "push", "config.json", "--name", "risk", "--json");
    assertThat(json("models", "alias", "risk@2", "production", "--json").path("moved").asBoolean())
        .isTrue();
    assertThat(json("models", "alias", "risk@2", "production", "--json").path("moved").asBoolean())
        .isFalse();
    assertThat(json("models", "show", "risk@production", "--json").path("version").asInt())
        .isEqualTo(2);
    tarn("models", "alias", "risk", "production", "--remove").exitingWith(0);

    assertThat(tarn("models", "show", "risk@production").exitingWith(2).err())
        .contains("error[model.unknown]");
    JsonNode history = json("models", "show", "risk", "--json").path("alias_history");
    assertThat(history)
        .extracting(each -> each.path("version").toString())
        .containsExactly("1", "2", "null");
    assertThat(history.get(0).path("moved_by").asString())
        .isEqualTo(System.getProperty("user.name"));
  }

  @Test
  void pickles_passAsThePolicyHasIt_andNothingIsStoredOtherwise() throws IOException {
    Files.write(station.resolve("bad.pkl"), DANGEROUS);
    Files.write(station.resolve("hidden.weights"), DANGEROUS);
    Files.write(station.resolve("svc.pkl"), UNKNOWN);

    for (String file : List.of("bad.pkl", "hidden.weights")) {
      assertThat(
              tarn("models", "push", file, "--name", "risk", "--allow-unknown")
                  .exitingWith(2)
                  .err())
          .contains("error[file.refused]")
          .contains("dangerous import of os system");
    }
    assertThat(tarn("models", "push", "svc.pkl", "--name", "risk").exitingWith(2).err())
        .contains("--allow-unknown");
    assertThat(json("models", "list", "--json")).isEmpty();
    assertThat(station.resolve("lake/files")).isEmptyDirectory();

    assertThat(
            json("models", "push", "svc.pkl", "--name", "risk", "--allow-unknown", "--json")
                .path("pickles")
                .asString())
        .isEqualTo("unknown");
    assertThat(tarn("models", "pull", "risk", "--into", "out").exitingWith(2).err())
        .contains("--allow-unknown");
    assertThat(station.resolve("out")).doesNotExist();
    tarn("models", "pull", "risk", "--into", "out", "--allow-unknown").exitingWith(0);
    assertThat(station.resolve("out/svc.pkl")).hasBinaryContent(UNKNOWN);
  }

  @Test
  void damage_isFound() throws IOException {
    json("models", "push", "model.safetensors", "--name", "risk", "--json");
    assertThat(tarn("models", "verify").exitingWith(0).out())
        .isEqualTo("1 versions verified, 0 damages.\n");
    String uri =
        json("models", "show", "risk", "--json").path("contents").get(0).path("uri").asString();
    byte[] content = Files.readAllBytes(Path.of(uri));
    content[content.length - 1] ^= 1;
    Files.write(Path.of(uri), content);

    assertThat(tarn("models", "verify", "risk@1").exitingWith(1).out()).contains("blob.modified");
    assertThat(tarn("models", "pull", "risk", "--into", "out").exitingWith(3).err())
        .contains("error[file.damaged]");
  }

  @Test
  void wrongUse_isRefusedWithTheWayOut() {
    for (List<String> typed :
        List.of(
            List.of("push", "model.safetensors"),
            List.of("push", "--name", "risk"),
            List.of("push", "model.safetensors", "--name", "a/b"),
            List.of("push", "model.safetensors", "--name", "risk", "--metric", "auroc"),
            List.of("push", "model.safetensors", "--name", "risk", "--metadata", "[1]"),
            List.of("push", "model.safetensors", "--name", "risk", "--trained-on", "mart/none"),
            List.of("push", "model.safetensors", "--name", "risk", "--alias", "latest"),
            List.of("show"),
            List.of("show", "risk"),
            List.of("pull", "risk@7"),
            List.of("alias", "risk@1"),
            List.of("diff", "risk@1"))) {
      String[] all = new String[typed.size() + 1];
      all[0] = "models";
      for (int at = 0; at < typed.size(); at++) {
        all[at + 1] = typed.get(at);
      }
      assertThat(tarn(all).exitingWith(2).err()).as("%s", typed).startsWith("error[").contains("→");
    }
  }
}
