package tarn.station;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.CatalogLocation;
import tarn.station.StationTemplate.Options;

class StationTemplateTest {
  @TempDir private Path temporary;

  @Test
  void newStation_hasDefaults() throws IOException {
    Path folder = temporary.resolve("a/b");
    List<Path> files = StationTemplate.create(folder, Options.defaults());

    Station station = Station.open(folder, Map.of());
    assertThat(station.resolved()).allMatch(setting -> setting.origin() instanceof Origin.Default);
    assertThat(files)
        .contains(Path.of("station.toml"))
        .allMatch(file -> Files.isRegularFile(folder.resolve(file)));
    assertThat(station.plugins()).isEmptyDirectory();
  }

  @Test
  void settingsFile_explainsEachSetting() {
    String text = SettingsTemplate.text(Map.of());

    for (Setting<?> setting : Settings.ALL) {
      assertThat(text.replace("\n# ", " "))
          .contains(setting.variable(), setting.fallback().description(), setting.description());
    }
    assertThat(text.lines()).allMatch(line -> line.length() <= 120);
  }

  @Test
  void everyExample_isAValueThatWorks() throws IOException {
    StationTemplate.create(temporary, Options.defaults());
    Path file = temporary.resolve("station.toml");
    Pattern commented = Pattern.compile("(?m)^# ([a-z_]+ = )");
    String all = commented.matcher(Files.readString(file)).replaceAll("$1");
    Files.writeString(file, all);

    assertThat(Station.open(temporary, Map.of()).resolved())
        .hasSize(Settings.ALL.size())
        .allMatch(setting -> setting.origin() instanceof Origin.File);
  }

  @Test
  void options_areWritten() {
    Options options =
        new Options(
            Optional.of("St. Olav's \"best\" \\ ward"),
            Optional.of("c.ducklake"),
            Optional.of("s3://bucket/x"));
    StationTemplate.create(temporary, options);
    StationSettings settings = Station.open(temporary, Map.of()).settings();

    assertThat(settings.name()).isEqualTo("St. Olav's \"best\" \\ ward");
    assertThat(settings.dataPath()).isEqualTo("s3://bucket/x/");
    assertThat(settings.catalog()).isInstanceOf(CatalogLocation.DuckDbFile.class);
    assertThat(settings.catalog().display()).endsWith("/c.ducklake");
  }

  @Test
  void wrongOption_writesNothing() {
    Path folder = temporary.resolve("new");
    TarnException invalid =
        failure(folder, new Options(Optional.empty(), Optional.of("sqlite:x"), Optional.empty()));
    TarnException secret =
        failure(
            folder,
            new Options(Optional.empty(), Optional.empty(), Optional.of("s3://k:hunter2@b/")));

    assertThat(invalid.code()).isEqualTo(ErrorCode.SETTING_INVALID);
    assertThat(secret.code()).isEqualTo(ErrorCode.SETTING_SECRET);
    assertThat(secret.getMessage()).doesNotContain("hunter2");
    assertThat(folder).doesNotExist();
  }

  @Test
  void station_isNotOverwritten() throws IOException {
    Files.writeString(temporary.resolve("station.toml"), "name = 'mine'");

    assertThat(failure(temporary, Options.defaults()).code()).isEqualTo(ErrorCode.STATION_EXISTS);
    assertThat(temporary.resolve("station.toml")).hasContent("name = 'mine'");
  }

  @Test
  void folderWithFiles_isRefusedAndNamesOne() throws IOException {
    Files.writeString(temporary.resolve("thesis.docx"), "");
    TarnException error = failure(temporary, Options.defaults());

    assertThat(error.code()).isEqualTo(ErrorCode.STATION_EXISTS);
    assertThat(error).hasMessageContaining("thesis.docx");
    assertThat(temporary.resolve("station.toml")).doesNotExist();
  }

  @Test
  void emptyRepository_becomesAStation() throws IOException {
    Files.createDirectory(temporary.resolve(".git"));

    assertThat(StationTemplate.create(temporary, Options.defaults())).isNotEmpty();
  }

  @Test
  void file_isRefused() throws IOException {
    Path file = Files.writeString(temporary.resolve("x"), "");

    assertThat(failure(file, Options.defaults()).code()).isEqualTo(ErrorCode.STATION_EXISTS);
  }

  private static TarnException failure(Path folder, Options options) {
    return Objects.requireNonNull(
        catchThrowableOfType(TarnException.class, () -> StationTemplate.create(folder, options)),
        "created without an error");
  }
}
