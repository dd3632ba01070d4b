package tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import tarn.base.Json;
import tarn.testkit.zoo.LakeShape;
import tarn.testkit.zoo.Specimen;
import tools.jackson.databind.JsonNode;

class FsckCommandTest {
  @TempDir Path folder;
  private Path station;
  private Specimen lake;

  @BeforeEach
  void makeStation() throws IOException {
    station = Files.createDirectories(folder.toRealPath().resolve("ward-7"));
    Files.writeString(
        station.resolve("station.toml"), "name = 'test'\n[engine]\nmemory_limit = '1GB'\n");
    lake = Specimen.make(LakeShape.PLAIN, station);
  }

  private TypedCommand.Ended fsck(String... options) {
    return TypedCommand.in(station)
        .run(Stream.concat(Stream.of("fsck"), Stream.of(options)).toArray(String[]::new));
  }

  private Path removeAFile() throws IOException {
    try (Stream<Path> files = Files.walk(lake.data().resolve("ward/visit"))) {
      Path file = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
      Files.delete(file);
      return file;
    }
  }

  @Test
  void wholeLake_isClean() {
    TypedCommand.Ended ended = fsck("--level", "content").exitingWith(0);

    assertThat(ended.out())
        .startsWith("Nothing is wrong.")
        .contains("Level content, everything: 5 files")
        .contains("Contents verified: all");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void findingThatALowerLevelCannotSee_isStillTold() throws IOException {
    fsck("--level", "content").exitingWith(0);
    try (Stream<Path> files = Files.walk(lake.data().resolve("ward/visit"))) {
      Path file = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[60] ^= 1;
      Files.write(file, bytes);
    }
    assertThat(fsck("--level", "content").exitingWith(1).out()).contains("file.modified");

    assertThat(fsck().exitingWith(0).out())
        .startsWith("Nothing more is wrong that this check can see.")
        .contains("1 finding of earlier checks is still open, which this one did not look for");
    assertThat(fsck("--json").exitingWith(0).json().path("findings_still_open").asInt())
        .isEqualTo(1);
    assertThat(fsck("--table", "ward.note").exitingWith(0).out()).startsWith("Nothing is wrong.");
  }

  @Test
  void lostFile_isAFindingAndStaysInTheTables() throws IOException {
    Path file = removeAFile();

    TypedCommand.Ended ended = fsck().exitingWith(1);
    assertThat(ended.out())
        .contains("error     file.missing  ward.visit")
        .contains(station.relativize(file).toString())
        .contains("What to do\n  file.missing: Restore the file")
        .contains("1 error, 0 warnings.");

    JsonNode report = fsck("--json").exitingWith(1).json();
    assertThat(report.path("status").asString()).isEqualTo("findings");
    JsonNode finding = report.path("findings").get(0);
    assertThat(finding.path("code").asString()).isEqualTo("file.missing");
    assertThat(finding.path("path").asString()).isEqualTo(file.toString());
    assertThat(finding.path("table").asString()).isEqualTo("ward.visit");

    String open = "SELECT code, table_name FROM _tarn.fsck_findings WHERE resolved_at IS NULL";
    assertThat(TypedCommand.in(station).run("query", open, "--format", "csv").exitingWith(0).out())
        .isEqualToNormalizingNewlines("code,table_name\nfile.missing,visit\n");
  }

  @Test
  void otherTable_isNotLookedAt() throws IOException {
    removeAFile();

    assertThat(fsck("--table", "ward.note", "--json").exitingWith(0).json().path("files").asInt())
        .isEqualTo(1);
    fsck("--table", "ward.visit").exitingWith(1);
    fsck("--schema", "ward").exitingWith(1);
    fsck("--since", "9999").exitingWith(0);
    fsck("--since", "2001-01-01").exitingWith(1);
  }

  @Test
  void reportForContinuousIntegration_isWhatItSays() throws Exception {
    removeAFile();

    String junit = fsck("--format", "junit").exitingWith(1).out();
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(junit)))
                .getDocumentElement()
                .getAttribute("failures"))
        .isEqualTo("1");
    JsonNode sarif = Json.mapper().readTree(fsck("--format", "sarif").exitingWith(1).out());
    assertThat(sarif.path("runs").get(0).path("results").get(0).path("ruleId").asString())
        .isEqualTo("file.missing");
  }

  @Test
  void whatCannotBeChecked_isTold() throws IOException {
    Files.move(lake.data(), folder.resolve("away"));
    assertThat(fsck().exitingWith(2).out())
        .contains("unverifiable")
        .contains("Not everything could be checked.");

    Files.delete(lake.catalog());
    assertThat(fsck().exitingWith(2).err()).contains("error[catalog.not-found]");
  }

  @Test
  void wrongOptions_areRefusedWithTheWayOut() {
    for (List<String> options :
        List.of(
            List.of("--level", "deep"),
            List.of("--format", "pdf"),
            List.of("--budget", "soon"),
            List.of("--within", "200GB"),
            List.of("--table", "ward.never"),
            List.of("--schema", "never"),
            List.of("--since", "yesterday"))) {
      assertThat(fsck(options.toArray(String[]::new)).exitingWith(2).err())
          .startsWith("error[usage]")
          .contains(options.get(1).replace("ward.", ""));
    }
  }

  @Test
  void budget_isGivenInTimeOrInBytes() {
    assertThat(
            fsck("--level", "content", "--budget", "1B", "--json")
                .exitingWith(0)
                .json()
                .path("complete")
                .asBoolean())
        .isFalse();
    assertThat(
            fsck("--level", "content", "--budget", "30m", "--rate", "1GB", "--json")
                .exitingWith(0)
                .json()
                .path("coverage")
                .path("never_verified_files")
                .asInt())
        .isZero();
  }
}
