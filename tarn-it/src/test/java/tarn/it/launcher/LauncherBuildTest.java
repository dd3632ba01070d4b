package tarn.it.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of a checkout: it builds what is newer than the last build, and only that. */
@Tag("slow")
class LauncherBuildTest {
  private static final Map<String, String> WITH_JDK =
      Map.of("JAVA_HOME", System.getProperty("java.home"));

  @TempDir Path temporary;
  private Path checkout = Path.of("");
  private Path launcher = Path.of("");
  private Path source = Path.of("");

  @BeforeEach
  void layOut() throws Exception {
    checkout = Files.createDirectories(temporary.toRealPath().resolve("a checkout"));
    launcher = SmallProgram.checkout(checkout);
    source = checkout.resolve("tarn-cli/src/main/java/tarn/cli/Main.java");
  }

  @Test
  void start_buildsWhatIsNewerAndSaysSoOnStandardErrorOnly() throws Exception {
    Started.Ended first = run();
    assertThat(first.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("Building Tarn"),
            line -> assertThat(line).startsWith("Bringing the engine's signed extension"));
    assertThat(first)
        .extracting(Started.Ended::exitCode, Started.Ended::out)
        .containsExactly(0, "first edition\n");

    assertThat(run()).isEqualTo(new Started.Ended(0, "first edition\n", ""));

    Files.writeString(source, SmallProgram.SOURCE.replace("first", "second"));
    assertThat(run()).extracting(Started.Ended::out).isEqualTo("second edition\n");
    assertThat(run()).isEqualTo(new Started.Ended(0, "second edition\n", ""));
  }

  @Test
  void start_afterASourceWasRemoved_buildsAgain() throws Exception {
    Path extra = source.resolveSibling("Extra.java");
    Files.writeString(extra, "package tarn.cli;\n\nclass Extra {}\n");
    run();

    Files.delete(extra);

    assertThat(run().err()).startsWith("Building Tarn");
  }

  @Test
  void failedBuild_saysWhyAndWhereTheLogIs_andTheNextOneWorks() throws Exception {
    Files.writeString(source, SmallProgram.SOURCE.replace("package", "packe"));

    Started.Ended failed = run();

    assertThat(failed.exitCode()).isEqualTo(3);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err())
        .contains("COMPILATION ERROR", "Main.java:[1,1]")
        .contains("its log is " + checkout.resolve(".tarn/build.log"));
    assertThat(checkout.resolve(".tarn/build.log")).content().contains("COMPILATION ERROR");

    Files.writeString(source, SmallProgram.SOURCE);
    assertThat(run().out()).isEqualTo("first edition\n");
  }

  @Test
  void failedBuild_doesNotRunTheLastGoodOne() throws Exception {
    run();
    Files.writeString(source, "nothing");

    assertThat(run())
        .extracting(Started.Ended::exitCode, Started.Ended::out)
        .containsExactly(3, "");
  }

  @Test
  void twoAtOnce_buildOnce() throws Exception {
    Started one = Started.in(temporary, WITH_JDK, launcher, "one");
    Started two = Started.in(temporary, WITH_JDK, launcher, "two");

    assertThat(one.end())
        .extracting(Started.Ended::exitCode, Started.Ended::out)
        .containsExactly(0, "first edition\n<one>\n");
    assertThat(two.end())
        .extracting(Started.Ended::exitCode, Started.Ended::out)
        .containsExactly(0, "first edition\n<two>\n");
    assertThat(SmallProgram.builds(checkout)).isOne();
  }

  @Test
  void killedBuild_isMadeGoodByTheNextStart() throws Exception {
    Started killed = Started.in(temporary, WITH_JDK, launcher);
    killed.untilItPrints("Building Tarn");
    Thread.sleep(1500);
    killed.killWithAllItStarted().end();
    assertThat(checkout.resolve(".tarn/app/current")).doesNotExist();

    assertThat(run().out()).isEqualTo("first edition\n");
  }

  @Test
  void nativeLibrary_halfUnpackedOrMissing_isRepaired() throws Exception {
    run();
    Path library = checkout.resolve(".tarn/native/libduckdb_java.so");
    Files.writeString(library, "a nat");
    Files.writeString(source, SmallProgram.SOURCE.replace("first", "second"));

    run();
    assertThat(library).hasContent("a native library");

    Files.delete(library);
    run();
    assertThat(library).hasContent("a native library");
  }

  @Test
  void oldBuilds_areRemovedButForThree() throws Exception {
    for (String old :
        new String[] {"20200101-000000-1", "20210101-000000-9", "20220101-000000-10"}) {
      SmallProgram.write(checkout.resolve(".tarn/app").resolve(old).resolve("jdk"), "");
    }

    run();

    assertThat(SmallProgram.builds(checkout)).isEqualTo(3);
    assertThat(checkout.resolve(".tarn/app/20200101-000000-1")).doesNotExist();
  }

  private Started.Ended run() throws Exception {
    return Started.in(temporary, WITH_JDK, launcher).end();
  }
}
