package tarn.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.cli.demo.ExampleStation.Found;

class ExampleStationTest {
  @TempDir Path folder;

  @Test
  void sample_isUnpacked() throws IOException {
    try (ExampleStation station = claim("demo")) {
      assertThat(station.found()).isEqualTo(Found.NOTHING);
      station.copySample();
      station.copyDefinitions();
    }

    assertThat(folder.resolve("demo/station.toml")).exists();
    assertThat(folder.resolve("demo/assets/omop/person.sql")).exists();
    // Synthea wrote 111 patients and a header.
    assertThat(Files.readAllLines(folder.resolve("demo/landing/synthea/patients.csv")))
        .hasSize(112);
    assertThat(folder.resolve("demo/landing/fhir/Patient.ndjson")).exists();
    assertThat(folder.resolve("demo/landing/lab/lab-2026-10.csv")).exists();
    assertThat(folder.resolve("demo/landing/synthea/patients.csv.gz")).doesNotExist();
    assertThat(folder.resolve("demo/.tarn/demo.partial")).doesNotExist();
  }

  @Test
  void definitions_thatAPersonChanged_stayAsTheyAre() throws IOException {
    Path settings = folder.resolve("demo/station.toml");
    try (ExampleStation station = claim("demo")) {
      station.copyDefinitions();
      Files.writeString(settings, "name = \"mine\"\n");
    }

    try (ExampleStation station = claim("demo")) {
      assertThat(station.found()).isEqualTo(Found.EARLIER_DEMO);
      station.copyDefinitions();
    }

    assertThat(settings).hasContent("name = \"mine\"\n");
  }

  @Test
  void folderWithOtherFiles_isRefusedAndLeftAlone() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "draft 7");

    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> claim(""))
        .withMessageContaining(folder.toString())
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.STATION_EXISTS));
    assertThat(folder).isDirectoryNotContaining("glob:**/.tarn");
  }

  @Test
  void folderWithAnotherStation_isRefused() throws IOException {
    Files.createDirectories(folder.resolve(".tarn/tmp"));
    Files.writeString(folder.resolve("station.toml"), "name = \"ward-7\"\n");

    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> claim(""))
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.STATION_EXISTS));
  }

  @Test
  void demoThatWasKilledBeforeItHadBegun_isBegunAgain() throws IOException {
    Files.createDirectories(folder.resolve(".tarn"));
    Files.createFile(folder.resolve(".tarn/demo.lock"));
    Files.writeString(folder.resolve(".tarn/demo.partial"), "the sam");

    try (ExampleStation station = claim("")) {
      assertThat(station.found()).isEqualTo(Found.NOTHING);
    }
    try (ExampleStation station = claim("")) {
      assertThat(station.found()).isEqualTo(Found.EARLIER_DEMO);
    }
  }

  @Test
  void secondDemo_ofTheSameFolder_isRefusedWhileTheFirstIsAtWork() {
    try (ExampleStation first = claim("demo")) {
      assertThatExceptionOfType(TarnException.class)
          .isThrownBy(() -> claim("demo"))
          .withMessageContaining(first.folder().toString())
          .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.CATALOG_LOCKED));
    }
  }

  @Test
  void earlierDemoWithOtherRecords_isRefused() {
    Path demo = folder.resolve("demo");
    ExampleStation.claim(demo, new Records.Generated(10, 1)).close();

    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> claim("demo"))
        .withMessageContaining("10 patients made with seed 1");
    try (ExampleStation station = ExampleStation.claim(demo, new Records.Generated(10, 1))) {
      assertThat(station.found()).isEqualTo(Found.EARLIER_DEMO);
    }
  }

  @Test
  void file_isNoFolder() throws IOException {
    Files.writeString(folder.resolve("demo"), "");

    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> claim("demo"))
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.STATION_EXISTS));
  }

  private ExampleStation claim(String name) {
    return ExampleStation.claim(folder.resolve(name), new Records.Sample());
  }
}
