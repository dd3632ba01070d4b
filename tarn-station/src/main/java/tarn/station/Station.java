package tarn.station;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;

/**
 * A folder with a station.toml, and what it says.
 *
 * @param folder absolute
 * @param resolved each setting with the value that holds and where it came from, in the order of
 *     the reference page
 * @param warnings lines for a person about what was ignored, such as a variable that is no setting
 */
public record Station(
    Path folder, StationSettings settings, List<ResolvedSetting> resolved, List<String> warnings) {
  /** The file that makes a folder a station. */
  public static final String FILE = "station.toml";

  /** Names the station's folder, for whoever does not stand in it. */
  public static final String FOLDER_VARIABLE = "TARN_STATION";

  /** Variables that this program reads and that are no settings of a station. */
  private static final Set<String> OTHER_VARIABLES = Set.of("TARN_HOME", FOLDER_VARIABLE);

  /**
   * Opens the station that {@code start} lies in: the nearest folder upwards with a station.toml.
   *
   * @throws TarnException {@code station.not-found} when there is none, or what {@link #open}
   *     throws
   */
  public static Station find(Path start) {
    return find(start, System.getenv());
  }

  public static Station find(Path start, Map<String, String> environment) {
    Path absolute = real(start);
    @Nullable Path folder = absolute;
    while (folder != null) {
      if (Files.isRegularFile(folder.resolve(FILE))) {
        return open(folder, environment);
      }
      folder = folder.getParent();
    }
    throw new TarnException(
        ErrorCode.STATION_NOT_FOUND,
        absolute + " is not a station: neither it nor a folder above it has a " + FILE + ".",
        "Go to a station's folder, name it with --station, or make one with `tarn init`.");
  }

  /**
   * Opens the station in this very folder.
   *
   * @throws TarnException {@code station.not-found}, {@code settings.unreadable}, {@code
   *     setting.unknown}, {@code setting.invalid} or {@code setting.secret-in-file}
   */
  public static Station open(Path folder) {
    return open(folder, System.getenv());
  }

  public static Station open(Path folder, Map<String, String> environment) {
    return open(folder, environment, Machine.CURRENT);
  }

  static Station open(Path folder, Map<String, String> environment, Machine machine) {
    Path absolute = real(folder);
    if (!Files.isRegularFile(absolute.resolve(FILE))) {
      throw new TarnException(
          ErrorCode.STATION_NOT_FOUND,
          absolute + " is not a station: it has no " + FILE + ".",
          "Mend the path, or make a station there with `tarn init`.");
    }
    SettingsReader.Result read = SettingsReader.read(absolute, environment, machine);
    return new Station(
        absolute, read.settings(), read.resolved(), unknownVariables(environment.keySet()));
  }

  /** Assets written in SQL, and sources. */
  public Path assets() {
    return folder.resolve("assets");
  }

  /** Assets written in Java. */
  public Path plugins() {
    return folder.resolve("plugins");
  }

  /** Files to ingest. */
  public Path landing() {
    return folder.resolve("landing");
  }

  /** What this program keeps for itself and can make again. */
  public Path work() {
    return folder.resolve(".tarn");
  }

  /**
   * The resolved settings as `tarn config show --json` prints them: one level, keys as in {@link
   * ResolvedSetting}, paths absolute, nothing secret.
   */
  public Map<String, Object> resolvedValues() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("station", folder.toString());
    resolved.forEach(setting -> values.put(setting.key(), setting.value()));
    return values;
  }

  /** A lake remembers where its data are, so one folder must not go by two names. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  private static List<String> unknownVariables(Set<String> names) {
    Set<String> known =
        Stream.concat(OTHER_VARIABLES.stream(), Settings.ALL.stream().map(Setting::variable))
            .collect(Collectors.toCollection(TreeSet::new));
    return names.stream()
        .filter(name -> name.startsWith("TARN_") && !known.contains(name))
        .sorted()
        .map(
            name ->
                "The environment variable " + name + " is no setting" + Nearest.hint(name, known))
        .toList();
  }
}
