package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tarn.base.Json;
import tarn.testkit.Checkout;

class ExtensionsCommandTest {
  @TempDir Path temporary;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void setHome() {
    System.setProperty("tarn.home", temporary.resolve("home").toString());
  }

  @AfterEach
  void clearHome() {
    System.clearProperty("tarn.home");
  }

  @Test
  void extensions_withoutASubcommand_namesThem() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("one of list, install");
  }

  @Test
  void list_emptyStore_saysMissingFiveTimes() {
    assertThat(run("list")).isZero();
    assertThat(out.toString().lines())
        .hasSize(5)
        .allMatch(
            line ->
                line.matches("(ducklake|httpfs|azure|postgres_scanner|sqlite_scanner) +missing"));
  }

  @Test
  void install_fromAFolder_thenListAsJson_tellsThatItIsUsable() throws Exception {
    Checkout.extensions().ensure(List.of("httpfs"));

    assertThat(run("install", "--from", Checkout.extensions().folder().toString(), "httpfs"))
        .isZero();
    assertThat(out.toString()).startsWith("httpfs            installed from ");

    out.getBuffer().setLength(0);
    assertThat(run("list", "--json")).isZero();
    var listed = Json.mapper().readTree(out.toString());
    assertThat(listed.get(1).get("name").asString()).isEqualTo("httpfs");
    assertThat(listed.get(1).get("state").asString()).isEqualTo("usable");
    assertThat(Files.size(Path.of(listed.get(1).get("file").asString())))
        .isEqualTo(listed.get(1).get("bytes").asLong());
    assertThat(listed.get(0).get("state").asString()).isEqualTo("missing");
  }

  private int run(String... arguments) {
    return new CommandLine(ExtensionsCommand.specification())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
