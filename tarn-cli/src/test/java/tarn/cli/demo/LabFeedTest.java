package tarn.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabFeedTest {
  private static final String HEADER =
      "DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE";

  @TempDir Path folder;

  @Test
  void months_arePutIntoOneFileEach_inTheOrderOfTime() throws IOException {
    write(
        "2026-10-02T08:00:00Z,p2,e,laboratory,2-2,Sodium,140.0,mmol/L,numeric",
        "2026-10-01T08:00:00Z,p1,e,laboratory,1-1,Glucose,90.5,mg/dL,numeric",
        "2026-08-31T23:59:59Z,p1,e,laboratory,1-1,Glucose,91.0,mg/dL,numeric");

    assertThat(folder.resolve("lab/lab-2026-10.csv"))
        .hasContent(
            """
            sample;patient;collected;loinc;test;value;unit
            2026-10-00001;p1;2026-10-01T08:00:00Z;1-1;Glucose;90.5;mg/dL
            2026-10-00002;p2;2026-10-02T08:00:00Z;2-2;Sodium;140.0;mmol/L
            """);
    assertThat(folder.resolve("lab/lab-2026-09.csv"))
        .hasContent("sample;patient;collected;loinc;test;value;unit\n");
    assertThat(folder.resolve("lab/lab-2026-08.csv"))
        .hasContent(
            """
            sample;patient;collected;loinc;test;value;unit
            2026-08-00001;p1;2026-08-31T23:59:59Z;1-1;Glucose;91.0;mg/dL
            """);
  }

  @Test
  void resultsThatAreNoRecentLaboratoryNumbers_areLeftOut() throws IOException {
    write(
        "2026-07-31T23:59:59Z,p1,e,laboratory,1-1,Glucose,91.0,mg/dL,numeric",
        "2026-10-01T08:00:00Z,p1,e,laboratory,1-1,Appearance,clear,{nominal},text",
        "2026-10-01T08:00:00Z,p1,e,vital-signs,8-8,Weight,80.0,kg,numeric",
        "2026-11-01T00:00:00Z,p1,e,laboratory,1-1,Glucose,91.0,mg/dL,numeric");

    for (String month : List.of("2026-08", "2026-09", "2026-10")) {
      assertThat(folder.resolve("lab/lab-" + month + ".csv"))
          .hasContent("sample;patient;collected;loinc;test;value;unit\n");
    }
  }

  @Test
  void ofAHundredRows_fourAreDamaged_oneOfEachKind() throws IOException {
    List<String> results = new ArrayList<>();
    for (int minute = 0; minute < 100; minute++) {
      results.add(
          "2026-10-05T%02d:%02d:00Z,p1,e,laboratory,1-1,Glucose,91.0,mg/dL,numeric"
              .formatted(minute / 60, minute % 60));
    }
    write(results.toArray(String[]::new));

    List<String> lines = Files.readAllLines(folder.resolve("lab/lab-2026-10.csv"));
    assertThat(lines).hasSize(101);
    assertThat(
            lines.stream()
                .filter(
                    line -> !line.endsWith(";1-1;Glucose;91.0;mg/dL") || line.contains(".2026")))
        .containsExactly(
            "sample;patient;collected;loinc;test;value;unit",
            "2026-10-00021;p1;2026-10-05T00:20:00Z;1-1;Glucose;haemolysed;mg/dL",
            "2026-10-00041;p1;05.10.2026;1-1;Glucose;91.0;mg/dL",
            "2026-10-00061;p1;2026-10-05T01:00:00Z;1-1",
            "2026-10-00081;p1;2026-10-05T01:20:00Z;1-1;Glucose; repeated;91.0;mg/dL");
  }

  private void write(String... observations) throws IOException {
    List<String> lines = new ArrayList<>(List.of(observations));
    lines.addFirst(HEADER);
    Path file = Files.write(folder.resolve("observations.csv"), lines);
    LabFeed.write(file, folder.resolve("lab"), YearMonth.of(2026, 10));
  }
}
