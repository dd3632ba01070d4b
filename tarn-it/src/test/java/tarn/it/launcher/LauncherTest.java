package tarn.it.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher of a distribution: it has no sources, so nothing is built. */
class LauncherTest {
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final Map<String, String> WITH_JDK = Map.of("JAVA_HOME", JDK.toString());

  @TempDir static Path shared;
  private static Path folder = Path.of("");
  private static Path launcher = Path.of("");

  @TempDir Path temporary;

  @BeforeAll
  static void layOut() throws Exception {
    folder = Files.createDirectories(shared.toRealPath().resolve("with a space"));
    launcher = SmallProgram.distribution(folder);
  }

  @Test
  void arguments_arriveAsTheyWereGiven() throws Exception {
    Started.Ended ended =
        Started.in(temporary, WITH_JDK, launcher, "", "two words", "*", "a\"b'c\\", "$HOME").end();

    assertThat(ended)
        .isEqualTo(
            new Started.Ended(
                0,
                """
                first edition
                <>
                <two words>
                <*>
                <a"b'c\\>
                <$HOME>
                """,
                ""));
  }

  @Test
  void folders_areTheDistributionsAndTheCurrentOneStays() throws Exception {
    assertThat(Started.in(temporary, WITH_JDK, launcher, "folders").end().out())
        .isEqualTo(
            "%s\n%s\n%s/native\n%s\n".formatted(temporary.toRealPath(), folder, folder, JDK));
  }

  @Test
  void tarnHome_replacesTheDistributionsFolder() throws Exception {
    Map<String, String> environment =
        Map.of("JAVA_HOME", JDK.toString(), "TARN_HOME", "/else where");

    assertThat(Started.in(temporary, environment, launcher, "folders").end().out().lines())
        .contains("/else where", folder + "/native");
  }

  @Test
  void symbolicLinks_areFollowed() throws Exception {
    Path absolute = Files.createSymbolicLink(temporary.resolve("absolute"), launcher);
    Path relative = Files.createSymbolicLink(temporary.resolve("relative"), Path.of("absolute"));

    assertThat(Started.in(Path.of("/"), WITH_JDK, absolute, "folders").end().out())
        .contains(folder + "/native");
    assertThat(Started.in(Path.of("/"), WITH_JDK, relative, "folders").end().out())
        .contains(folder + "/native");
  }

  @Test
  void launcher_startedThroughThePath_findsItself() throws Exception {
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME",
            JDK.toString(),
            "PATH",
            Objects.requireNonNull(launcher.getParent()) + ":/usr/bin:/bin");

    assertThat(
            Started.in(temporary, environment, Path.of("bash"), "-c", "tarn folders").end().out())
        .contains(folder + "/native");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 130})
  void exitCode_isTheProgramsOwn(int code) throws Exception {
    assertThat(
            Started.in(temporary, WITH_JDK, launcher, "exit", Integer.toString(code))
                .end()
                .exitCode())
        .isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void signal_reachesTheProgram(String signal) throws Exception {
    Started program = Started.in(temporary, WITH_JDK, launcher, "sleep");
    program.untilItPrints("ready");

    int expected = 128 + Map.of("TERM", 15, "INT", 2, "HUP", 1).get(signal);
    assertThat(program.send(signal).end().exitCode()).isEqualTo(expected);
  }

  @Test
  void standardInput_reachesTheProgram() throws Exception {
    String input = "ä line\nanother\n".repeat(10_000);

    assertThat(Started.in(temporary, WITH_JDK, launcher, "copy").given(input).end().out())
        .isEqualTo(input);
  }

  @Test
  void noJdk_isOneClearLine() throws Exception {
    Map<String, String> environment =
        Map.of("PATH", withoutJava(), "TARN_JDKS", temporary.toString(), "HOME", "/nowhere");

    Started.Ended ended = Started.in(temporary, environment, launcher).end();

    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines())
        .singleElement()
        .asString()
        .contains("JDK 25")
        .contains("JAVA_HOME");
  }

  @Test
  void olderJdkInJavaHome_isPassedOver() throws Exception {
    fakeJdk(temporary.resolve("old"), "24.0.2");
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME",
            temporary.resolve("old").toString(),
            "PATH",
            JDK.resolve("bin") + ":" + withoutJava());

    assertThat(Started.in(temporary, environment, launcher, "folders").end().out())
        .endsWith(JDK + "\n");
  }

  @Test
  void jdkInAUsualFolder_isFoundAmongOlderOnes() throws Exception {
    fakeJdk(temporary.resolve("a-17"), "17.0.1");
    fakeJdk(temporary.resolve("b-250"), "250");
    Files.createSymbolicLink(temporary.resolve("c-25"), JDK);
    Map<String, String> environment =
        Map.of("PATH", withoutJava(), "TARN_JDKS", "/nowhere:" + temporary, "HOME", "/nowhere");

    Started.Ended ended = Started.in(temporary, environment, launcher, "exit", "7").end();

    assertThat(ended).isEqualTo(new Started.Ended(7, "", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense"})
  void damagedCache_isIgnoredWithoutAWord(String content) throws Exception {
    Path other = Files.createDirectories(temporary.resolve("other"));
    Path program = SmallProgram.distribution(other);
    Files.writeString(other.resolve("tarn.aot"), content);

    assertThat(Started.in(temporary, WITH_JDK, program).end())
        .isEqualTo(new Started.Ended(0, "first edition\n", ""));
  }

  @Test
  void cacheOfAnotherJdk_isIgnoredWithoutAWord() throws Exception {
    Path other = Files.createDirectories(temporary.resolve("other"));
    Path program = SmallProgram.distribution(other);
    assertThat(Started.in(temporary, WITH_JDK, program, "warm-up").end().exitCode()).isZero();
    Path cache = other.resolve("tarn.aot");
    byte[] content = Files.readAllBytes(cache);
    // The cache begins with the name and version of the JVM that made it.
    String version = System.getProperty("java.vm.version");
    int place = new String(content, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(version);
    assertThat(place).isPositive();
    content[place + version.length() - 1] ^= 1;
    Files.write(cache, content);

    assertThat(Started.in(temporary, WITH_JDK, program).end())
        .isEqualTo(new Started.Ended(0, "first edition\n", ""));
  }

  @Test
  void warmUp_withSettingsOfARealStation_doesNotSeeThem() throws Exception {
    Path other = Files.createDirectories(temporary.resolve("other"));
    Path program = SmallProgram.distribution(other);
    Map<String, String> environment =
        Map.of("JAVA_HOME", JDK.toString(), "TARN_CATALOG", "/srv/real/catalog.ducklake");

    Started.Ended ended = Started.in(temporary, environment, program, "warm-up").end();

    assertThat(ended)
        .isEqualTo(
            new Started.Ended(
                0, "", "The start-up cache is " + other.toRealPath() + "/tarn.aot\n"));
    assertThat(other.resolve("tarn.aot")).isNotEmptyFile();
  }

  private static void fakeJdk(Path home, String version) throws Exception {
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nexit 99\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  /** A PATH with what the launcher itself uses, and no java. */
  private String withoutJava() throws Exception {
    Path tools = Files.createDirectories(temporary.resolve("tools"));
    for (String name : new String[] {"bash", "env", "readlink"}) {
      Path link = tools.resolve(name);
      if (!Files.exists(link)) {
        Path tool = Path.of("/usr/bin", name);
        Files.createSymbolicLink(link, Files.exists(tool) ? tool : Path.of("/bin", name));
      }
    }
    return tools.toString();
  }
}
