package tarn.assets.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class FilePatternsTest {
  @TempDir Path station;

  @BeforeEach
  void files() throws IOException {
    for (String name :
        List.of(
            "landing/a.csv",
            "landing/b.CSV",
            "landing/.hidden.csv",
            "landing/x/c.csv",
            "landing/x/y/d.csv",
            "landing/.git/e.csv",
            "landing/we[i]rd*.csv",
            "landing/ü.csv",
            "landing/f.txt")) {
      Path file = station.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  private List<String> names(String... patterns) {
    return FilePatterns.find(station, List.of(patterns)).stream().map(LandingFile::name).toList();
  }

  @Test
  void star_isWithinOneFolder() {
    assertThat(names("landing/*.csv"))
        .containsExactly("landing/a.csv", "landing/we[i]rd*.csv", "landing/ü.csv");
  }

  @Test
  void twoStars_areAnyNumberOfFolders_alsoNone() {
    assertThat(names("landing/**/*.csv"))
        .containsExactly(
            "landing/a.csv",
            "landing/we[i]rd*.csv",
            "landing/x/c.csv",
            "landing/x/y/d.csv",
            "landing/ü.csv");
    assertThat(names("landing/x/**")).containsExactly("landing/x/c.csv", "landing/x/y/d.csv");
  }

  @Test
  void files_comeOnce_howeverManyPatternsMatch() {
    assertThat(names("landing/*.csv", "landing/a.*", "./landing//a.csv")).hasSize(3);
  }

  @Test
  void hiddenFiles_areOnlyMatchedWhenNamed() {
    assertThat(names("landing/.*.csv")).containsExactly("landing/.hidden.csv");
  }

  @Test
  void choices_areGlobs() {
    assertThat(names("landing/{a,f}.{csv,txt}", "landing/[b].[Cc]SV"))
        .containsExactly("landing/a.csv", "landing/b.CSV", "landing/f.txt");
  }

  @Test
  void nothingThere_isNoFiles() {
    assertThat(names("landing/none/*.csv", "nowhere/**/*.csv")).isEmpty();
  }

  @Test
  void sizeAndTime_areThoseOfTheFile() throws IOException {
    LandingFile file = FilePatterns.find(station, List.of("landing/a.csv")).getFirst();
    assertThat(file.size()).isEqualTo("landing/a.csv".length());
    assertThat(file.unchanged()).isTrue();
    Files.writeString(file.path(), "longer than it was before");
    assertThat(file.unchanged()).isFalse();
    Files.delete(file.path());
    assertThat(file.unchanged()).isFalse();
  }

  @Test
  void whatIsNoFile_isAnErrorAndNotPassedOver() throws IOException {
    Files.createSymbolicLink(station.resolve("landing/gone.csv"), station.resolve("nowhere"));
    TarnException refused = catchThrowableOfType(TarnException.class, () -> names("landing/*.csv"));
    assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_DENIED);
    assertThat(refused).hasMessageContaining("gone.csv");
  }

  @Test
  void brokenPattern_isNamed() {
    TarnException refused =
        catchThrowableOfType(TarnException.class, () -> names("landing/[a.csv"));
    assertThat(refused.code()).isEqualTo(ErrorCode.LANDING_INVALID);
    assertThat(refused).hasMessageContaining("landing/[a.csv");
  }
}
