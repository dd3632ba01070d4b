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
    ExampleStation station = new ExampleStation(folder.resolve("demo"));
    station.claim(new Records.Sample());
    station.copyDefinitions();
    station.copySample();

    assertThat(folder.resolve("demo/station.toml")).exists();
    assertThat(folder.resolve("demo/assets/omop/person.sql")).exists();
    // Synthea wrote 111 patients and a header.
    assertThat(Files.readAllLines(folder.resolve("demo/landing/synthea/patients.csv")))
        .hasSize(112);
    assertThat(folder.resolve("demo/landing/fhir/Patient.ndjson")).exists();
    assertThat(folder.resolve("demo/landing/lab/lab-2026-10.csv")).exists();
    assertThat(folder.resolve("demo/landing/synthea/patients.csv.gz")).doesNotExist();
  }

  @Test
  void definitions_thatAPersonChanged_stayAsTheyAre() throws IOException {
    ExampleStation station = new ExampleStation(folder);
    station.claim(new Records.Sample());
    station.copyDefinitions();
    Path settings = folder.resolve("station.toml");
    Files.writeString(settings, "name = \"mine\"\n");

    assertThat(station.claim(new Records.Sample())).isEqualTo(Found.EARLIER_DEMO);
    station.copyDefinitions();

    assertThat(settings).hasContent("name = \"mine\"\n");
  }

  @Test
  void folderWithOtherFiles_isRefusedAndLeftAlone() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "draft 7");

    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> new ExampleStation(folder).claim(new Records.Sample()))
        .withMessageContaining(folder.toString())
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.STATION_EXISTS));
    assertThat(folder).isDirectoryNotContaining("glob:**/.tarn");
  }

  @Test
  void earlierDemoWithOtherRecords_isRefused() {
    ExampleStation station = new ExampleStation(folder);
    station.claim(new Records.Generated(10, 1));

    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> station.claim(new Records.Sample()))
        .withMessageContaining("10 patients made with seed 1");
    assertThat(station.claim(new Records.Generated(10, 1))).isEqualTo(Found.EARLIER_DEMO);
  }

  @Test
  void file_isNoFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("demo"), "");

    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> new ExampleStation(file).claim(new Records.Sample()))
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.STATION_EXISTS));
  }
}
