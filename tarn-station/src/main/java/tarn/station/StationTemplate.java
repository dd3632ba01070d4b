package tarn.station;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.CatalogLocation;
import tarn.station.Setting.Surroundings;
import tarn.station.SettingType.InvalidValue;

/** Makes a new station: commented settings, and an example that can be materialized at once. */
public final class StationTemplate {
  /** What a folder may hold that becomes a station: a repository that was just made. */
  private static final List<String> HARMLESS = List.of(".git");

  private static final Map<String, String> EXAMPLE =
      Map.of(
          ".gitignore", "gitignore",
          "landing/patients/patients.csv", "patients.csv",
          "assets/raw/patients.toml", "patients.toml",
          "assets/report/patients_by_city.sql", "patients_by_city.sql");

  private static final Map<String, String> BARE = Map.of(".gitignore", "gitignore");

  private StationTemplate() {}

  /**
   * Settings that are written into the new file; the others stay at their defaults.
   *
   * @param catalog as the setting {@code catalog}
   * @param dataPath as the setting {@code data_path}
   */
  public record Options(
      Optional<String> name, Optional<String> catalog, Optional<String> dataPath) {

    public static Options defaults() {
      return new Options(Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Map<Setting<?>, String> values() {
      Map<Setting<?>, String> values = new LinkedHashMap<>();
      name.ifPresent(value -> values.put(Settings.NAME, value));
      catalog.ifPresent(value -> values.put(Settings.CATALOG, value));
      dataPath.ifPresent(value -> values.put(Settings.DATA_PATH, value));
      return values;
    }
  }

  /**
   * Makes a station in {@code folder}, which is made too if it is not there.
   *
   * @return the files that were written, relative to the folder, in their order
   * @throws TarnException {@code station.exists} when something is there already, {@code
   *     setting.invalid} or {@code setting.secret-in-file} for an option that cannot be one; then
   *     nothing is written
   */
  public static List<Path> create(Path folder, Options options) {
    return create(folder, options, EXAMPLE);
  }

  /** The same without the example, for a lake that is there already. */
  public static List<Path> createBare(Path folder, Options options) {
    return create(folder, options, BARE);
  }

  /**
   * Where a catalog is, as a person writes it who stands in {@code folder}.
   *
   * @throws TarnException {@code setting.invalid} or {@code setting.secret-in-file}
   */
  public static CatalogLocation catalog(String text, Path folder) {
    validate(Settings.CATALOG, text, folder);
    try {
      return Settings.CATALOG
          .type()
          .parser()
          .parse(text, new Surroundings(folder, Machine.CURRENT));
    } catch (InvalidValue e) {
      throw new IllegalStateException("it was valid before", e);
    }
  }

  private static List<Path> create(Path folder, Options options, Map<String, String> example) {
    Path absolute = folder.toAbsolutePath().normalize();
    Map<Setting<?>, String> values = options.values();
    values.forEach((setting, value) -> validate(setting, value, absolute));
    refuseExisting(absolute);
    try {
      List<Path> written = new ArrayList<>();
      for (String file : example.keySet().stream().sorted().toList()) {
        write(absolute.resolve(file), resource(Objects.requireNonNull(example.get(file))));
        written.add(Path.of(file));
      }
      for (String part : List.of("assets", "landing", "plugins")) {
        Files.createDirectories(absolute.resolve(part));
      }
      // Last, because this file makes it a station.
      write(absolute.resolve(Station.FILE), SettingsTemplate.text(values));
      written.add(Path.of(Station.FILE));
      return List.copyOf(written);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_DENIED,
          "Cannot write the new station: " + e,
          "Check the rights of " + absolute + " and the free space there.",
          e);
    }
  }

  private static void validate(Setting<?> setting, String value, Path folder) {
    if (Secrets.isIn(value)) {
      throw new TarnException(
          ErrorCode.SETTING_SECRET,
          "The value for `" + setting.key() + "` looks like a secret, which no file may hold.",
          "Leave it out, and give it through the environment or the cloud's own credentials.");
    }
    try {
      Object _ = setting.type().parser().parse(value, new Surroundings(folder, Machine.CURRENT));
    } catch (InvalidValue e) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "`%s`: `%s` %s.".formatted(setting.key(), value, e.getMessage()),
          e.remedy(),
          e);
    }
  }

  private static void refuseExisting(Path folder) {
    if (Files.exists(folder.resolve(Station.FILE))) {
      throw new TarnException(
          ErrorCode.STATION_EXISTS,
          folder + " is a station already.",
          "Go there and use it, or choose another folder.");
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new TarnException(
          ErrorCode.STATION_EXISTS, folder + " is a file.", "Choose another name.");
    }
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        Optional<Path> entry =
            entries
                .filter(path -> !HARMLESS.contains(String.valueOf(path.getFileName())))
                .sorted()
                .findFirst();
        if (entry.isPresent()) {
          throw new TarnException(
              ErrorCode.STATION_EXISTS,
              "%s is not empty: it holds %s.".formatted(folder, entry.get().getFileName()),
              "Choose a folder that is empty or does not exist.");
        }
      } catch (IOException e) {
        throw new TarnException(
            ErrorCode.STORAGE_DENIED,
            "Cannot read " + folder + ": " + e.getMessage(),
            "Check the folder's rights.",
            e);
      }
    }
  }

  private static void write(Path file, String content) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(StationTemplate.class.getResourceAsStream("template/" + name))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
