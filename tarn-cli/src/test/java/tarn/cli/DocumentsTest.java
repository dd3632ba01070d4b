package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Json;
import tarn.testkit.Checkout;
import tools.jackson.databind.JsonNode;

/** What the documentation says of the commands is what the commands say and print. */
class DocumentsTest {
  @TempDir Path temporary;

  @Test
  void commandLinePage_holdsTheHelpOfEveryCommand() throws IOException {
    String page = Files.readString(Checkout.folder().resolve("docs/reference/cli.md"));
    String expected = helpOfAllCommands();
    Path written = Checkout.folder().resolve("tarn-cli/target/cli.md");
    int begin = page.indexOf("<!-- help -->");
    Files.writeString(written, page.substring(0, begin) + expected);

    assertThat(page)
        .as("the build has written the page as it should be: %s", written)
        .endsWith(expected);
  }

  private String helpOfAllCommands() {
    StringBuilder text = new StringBuilder("<!-- help -->\n");
    List<String> path = new ArrayList<>();
    append(text, path);
    Program.specification(Program.COMMANDS, anyShell())
        .subcommands()
        .forEach(
            (name, command) -> {
              append(text, List.of(name));
              CommandSpec specification = command.getCommandSpec();
              specification
                  .subcommands()
                  .keySet()
                  .forEach(below -> append(text, List.of(name, below)));
            });
    return text.append("<!-- /help -->\n").toString();
  }

  private void append(StringBuilder text, List<String> command) {
    List<String> typed = new ArrayList<>(command);
    typed.add("--help");
    String help = TypedCommand.in(temporary).run(typed.toArray(String[]::new)).exitingWith(0).out();
    // Every command ends in the same codes, which the page explains once.
    String shown = command.isEmpty() ? help : help.replaceAll("(?s)\nExit codes:\n.*?\n\n", "\n");
    text.append(
        "\n## `%s`\n\n```\n%s\n```\n"
            .formatted(
                String.join(" ", command.isEmpty() ? List.of("tarn") : prefixed(command)),
                shown.stripTrailing()));
  }

  private static List<String> prefixed(List<String> command) {
    List<String> words = new ArrayList<>(List.of("tarn"));
    words.addAll(command);
    return words;
  }

  private Shell anyShell() {
    return Shell.ofThisProcess().silenced();
  }

  @Test
  void reports_holdNoFieldThatTheirPageLeavesOut() throws IOException {
    String page = Files.readString(Checkout.folder().resolve("spec/reports.md"));
    Set<String> fields = new TreeSet<>();
    run(fields, "init", "station", "--json");
    Path station = temporary.resolve("station");
    Files.writeString(station.resolve("assets/report/broken.sql"), "SELECT error('no') AS a");
    Files.writeString(station.resolve("assets/report/after.sql"), "SELECT a FROM report.broken");
    run(fields, "-C", "station", "materialize", "--dry-run", "--json");
    run(fields, "-C", "station", "materialize", "--json");
    run(fields, "-C", "station", "assets", "--json");
    run(fields, "-C", "station", "snapshots", "--json");
    run(fields, "-C", "station", "doctor", "--json");
    run(fields, "-C", "station", "extensions", "list", "--json");
    var failed = TypedCommand.in(temporary).run("-C", "none", "assets", "--json");
    names(Json.mapper().readTree(failed.err()), fields);

    // These are data: names of tags, and what DuckLake calls the kinds of changes.
    fields.removeIf(
        name -> name.equals("layer") || name.matches("(tables|schemas|inlined|views)_\\w+"));
    assertThat(fields).hasSizeGreaterThan(40);
    assertThat(fields).allSatisfy(field -> assertThat(page).contains("`" + field + "`"));
  }

  private void run(Set<String> fields, String... arguments) {
    names(TypedCommand.in(temporary).run(arguments).json(), fields);
  }

  private static void names(JsonNode node, Set<String> into) {
    into.addAll(node.propertyNames());
    node.forEach(child -> names(child, into));
  }
}
