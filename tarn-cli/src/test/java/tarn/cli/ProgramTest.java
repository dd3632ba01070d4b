package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import tarn.base.ErrorCode;
import tarn.base.Json;

class ProgramTest {
  static final List<String> COMMANDS = Program.COMMANDS;

  @TempDir Path temporary;

  @Test
  void noArgument_showsTheHelpOnStandardOutput() {
    var ended = run();
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).startsWith("Usage: tarn ").contains("Exit codes:", "Examples:");
    assertThat(COMMANDS)
        .allSatisfy(command -> assertThat(ended.out()).containsPattern("\n  " + command + " +\\w"));
  }

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void everyCommand_hasAHelpWithExamplesAndExitCodes(String command) {
    var ended = run(command, "--help").exitingWith(0);
    assertThat(ended.out())
        .startsWith("Usage: tarn " + command + " ")
        .contains("Exit codes:", "130   Interrupted.");
    assertThat(run("help", command).exitingWith(0).out()).isEqualTo(ended.out());
    if (!ended.out().contains("Commands:")) {
      assertThat(ended.out()).contains("Examples:", "  tarn " + command);
    }
  }

  @Test
  void version_isOneLineOnStandardOutput() {
    assertThat(run("--version").exitingWith(0).out()).matches("tarn \\S.*\n");
  }

  @ParameterizedTest
  @CsvSource({
    "snapshot, command, did you mean `snapshots`?",
    "qurey, command, did you mean `query`?",
    "frobnicate, command, `frobnicate`",
    "--vershun, option, did you mean `--version`?",
  })
  void unknownWord_isNamedWithTheNearest(String word, String what, String hint) {
    var ended = run(word).exitingWith(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith("error[usage]: `tarn` has no " + what)
        .contains(hint, "See `tarn --help`.");
  }

  @Test
  void unknownOptionOfACommand_isNamedWithTheNearest() {
    assertThat(run("snapshots", "--limitt", "3").exitingWith(2).err())
        .contains("`tarn snapshots` has no option `--limitt`; did you mean `--limit`?");
  }

  @Test
  void valueOfTheWrongType_isNamed() {
    assertThat(run("snapshots", "--limit", "few").exitingWith(2).err())
        .startsWith("error[usage]: Invalid value for option '--limit': 'few'");
  }

  @Test
  void noStation_saysSoWithTheFolderAndTheWayOut() {
    var ended = run("config", "show").exitingWith(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith("error[station.not-found]: ")
        .contains("is not a station", "tarn init", "--station");
  }

  @Test
  void errorWithJson_isOneObjectOnStandardError() {
    var ended = run("config", "show", "--json").exitingWith(2);
    assertThat(ended.out()).isEmpty();
    var error = Json.mapper().readTree(ended.err()).get("error");
    assertThat(error.get("code").asString()).isEqualTo("station.not-found");
    assertThat(error.get("fault").asString()).isEqualTo("station");
    assertThat(error.get("effect").asString()).isEqualTo("nothing_written");
    assertThat(error.get("exit_code").asInt()).isEqualTo(2);
    assertThat(error.get("message").asString()).contains("is not a station");
    assertThat(error.get("remedy").asString()).contains("tarn init");
  }

  @Test
  void station_isFoundFromASubfolderByOptionAndByVariable() throws IOException {
    Path station = temporary.resolve("ward-7");
    run("init", "ward-7").exitingWith(0);
    Path within = Files.createDirectories(station.resolve("landing/patients"));
    String expected = station.toRealPath().toString();

    assertThat(name(TypedCommand.in(within).run("config", "show", "--json"))).isEqualTo(expected);
    assertThat(name(run("config", "show", "--json", "--station", "ward-7"))).isEqualTo(expected);
    assertThat(name(run("-C", "ward-7", "config", "show", "--json"))).isEqualTo(expected);
    assertThat(
            name(
                TypedCommand.in(temporary)
                    .with("TARN_STATION", "ward-7/landing")
                    .run("config", "show", "--json")))
        .isEqualTo(expected);
  }

  private static String name(TypedCommand.Ended ended) {
    return ended.exitingWith(0).json().get("station").asString();
  }

  @Test
  void colours_areForATerminalThatWantsThem() {
    run("init", "s").exitingWith(0);
    Path station = temporary.resolve("s");

    assertThat(TypedCommand.in(station).run("config", "show").out()).doesNotContain("\u001b[");
    assertThat(TypedCommand.in(station).onATerminal().run("config", "show").out())
        .contains("\u001b[1m");
    assertThat(
            TypedCommand.in(station)
                .onATerminal()
                .with("NO_COLOR", "1")
                .run("config", "show")
                .out())
        .doesNotContain("\u001b[");
    assertThat(TypedCommand.in(station).onATerminal().run("config", "show", "--no-color").out())
        .doesNotContain("\u001b[");
    assertThat(TypedCommand.in(station).run("config", "show", "--color").out())
        .contains("\u001b[1m");
    assertThat(TypedCommand.in(temporary).onATerminal().run("nonsense").err())
        .contains("\u001b[31m");
    assertThat(TypedCommand.in(temporary).onATerminal().with("NO_COLOR", "1").run("nonsense").err())
        .doesNotContain("\u001b[");
  }

  @Test
  void outputThatNobodyReads_isNoError() {
    run("init", "s").exitingWith(0);
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int next) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    var err = new ByteArrayOutputStream();

    int code = TypedCommand.in(temporary.resolve("s")).run(closed, err, "config", "show");

    assertThat(code).isZero();
    assertThat(err.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "CHECK_FAILED, 1",
    "ASSET_FAILED, 1",
    "USAGE, 2",
    "QUERY_INVALID, 2",
    "SETTING_UNKNOWN, 2",
    "ASSET_CYCLE, 2",
    "STORAGE_FULL, 3",
    "CATALOG_LOCKED, 3",
    "ENGINE_OUT_OF_MEMORY, 3",
    "EXTENSION_MISSING, 3",
    "COMMIT_UNKNOWN, 4",
    "INTERRUPTED, 130",
  })
  void error_decidesTheExitCode(ErrorCode code, int exitCode) {
    assertThat(ExitCode.of(code).number()).isEqualTo(exitCode);
  }

  private TypedCommand.Ended run(String... arguments) {
    return TypedCommand.in(temporary).run(arguments);
  }
}
