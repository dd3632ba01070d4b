package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.testkit.Checkout;

class ExtensionsCommandTest {
  @TempDir Path temporary;

  @Test
  void extensions_withoutASubcommand_namesThem() {
    assertThat(run("extensions").exitingWith(2).err()).contains("one of list, install");
  }

  @Test
  void list_emptyStore_saysMissingFiveTimes() {
    assertThat(run("extensions", "list").exitingWith(0).out().lines())
        .hasSize(5)
        .allMatch(
            line ->
                line.matches("(ducklake|httpfs|azure|postgres_scanner|sqlite_scanner) +missing"));
  }

  @Test
  void install_fromAFolder_thenListAsJson_tellsThatItIsUsable() throws Exception {
    Checkout.extensions().ensure(List.of("httpfs"));
    String from = Checkout.extensions().folder().toString();

    assertThat(run("extensions", "install", "--from", from, "httpfs").exitingWith(0).out())
        .startsWith("httpfs            installed from ");

    var listed = run("extensions", "list", "--json").exitingWith(0).json();
    assertThat(listed.get(1).get("name").asString()).isEqualTo("httpfs");
    assertThat(listed.get(1).get("state").asString()).isEqualTo("usable");
    assertThat(Files.size(Path.of(listed.get(1).get("file").asString())))
        .isEqualTo(listed.get(1).get("bytes").asLong());
    assertThat(listed.get(0).get("state").asString()).isEqualTo("missing");
  }

  @Test
  void install_severalNames_bringsEach() {
    Checkout.extensions().ensure(List.of("httpfs", "azure"));
    String from = Checkout.extensions().folder().toString();

    var report =
        run("extensions", "install", "azure", "httpfs", "--from", from, "--json")
            .exitingWith(0)
            .json();

    assertThat(report).hasSize(2);
    assertThat(report.get(0).get("name").asString()).isEqualTo("azure");
    assertThat(report.get(0).get("outcome").asString()).isEqualTo("installed");
    assertThat(report.get(1).get("name").asString()).isEqualTo("httpfs");
  }

  private TypedCommand.Ended run(String... arguments) {
    return TypedCommand.in(temporary).withHome(temporary.resolve("home")).run(arguments);
  }
}
