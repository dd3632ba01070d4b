package tarn.station;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tarn.lake.CatalogLocation;
import tarn.station.Setting.Fallback;

/** Every setting that a station has. */
final class Settings {
  /** A share that leaves room for this process's own heap and for what else the machine does. */
  private static final int MEMORY_PERCENT = 50;

  private static final int MOST_AT_ONCE = 4;

  static final Setting<String> NAME =
      new Setting<>(
          "name",
          SettingTypes.name(),
          new Fallback(
              "the folder's name",
              surroundings ->
                  Optional.ofNullable(surroundings.folder().getFileName())
                      .map(Path::toString)
                      .orElse("station")),
          "What people call this station.",
          "'ward-7'");

  static final Setting<CatalogLocation> CATALOG =
      new Setting<>(
          "catalog",
          SettingTypes.catalog(),
          Fallback.of("lake/catalog.ducklake"),
          "The file of the lake's catalog. One process at a time may write it.",
          "'lake/catalog.ducklake'");

  static final Setting<String> DATA_PATH =
      new Setting<>(
          "data_path",
          SettingTypes.dataPath(),
          Fallback.of("lake/data/"),
          "Where the lake's data files lie. A lake remembers where its data are: to move them takes"
              + " more than a change here.",
          "'/srv/tarn/data/'");

  static final Setting<String> MEMORY_LIMIT =
      new Setting<>(
          "engine.memory_limit",
          SettingTypes.memorySize(),
          new Fallback(
              "half of the memory that the machine or its container has",
              surroundings ->
                  SettingTypes.shareOf(surroundings.machine().memory(), MEMORY_PERCENT)),
          "How much memory the engine may use for all queries together. What does not fit is written"
              + " to the temp folder.",
          "'8GB'");

  static final Setting<Integer> THREADS =
      new Setting<>(
          "engine.threads",
          SettingTypes.count(),
          new Fallback(
              "as many as there are processors",
              surroundings -> Integer.toString(surroundings.machine().processors())),
          "How many threads the engine may use.",
          "4");

  static final Setting<Path> TEMPORARY_FOLDER =
      new Setting<>(
          "engine.temp_folder",
          SettingTypes.folder(),
          Fallback.of(".tarn/tmp"),
          "Where the engine puts what does not fit into memory. A fast disk with much room is best.",
          "'/var/tmp/tarn'");

  static final Setting<Optional<String>> MAXIMUM_TEMPORARY_SIZE =
      new Setting<>(
          "engine.max_temp_size",
          SettingTypes.optionalSize(),
          new Fallback("nine tenths of that disk's free space", _ -> ""),
          "How much may be put into the temp folder.",
          "'100GB'");

  static final Setting<Integer> PARALLELISM =
      new Setting<>(
          "materialize.parallelism",
          SettingTypes.count(),
          new Fallback(
              "as many as there are processors, at most " + MOST_AT_ONCE,
              surroundings ->
                  Integer.toString(Math.min(MOST_AT_ONCE, surroundings.machine().processors()))),
          "How many assets may be materialized at the same time. They share the engine's memory and"
              + " threads.",
          "2");

  /** In the order of the file. */
  static final List<Setting<?>> ALL =
      List.of(
          NAME,
          CATALOG,
          DATA_PATH,
          MEMORY_LIMIT,
          THREADS,
          TEMPORARY_FOLDER,
          MAXIMUM_TEMPORARY_SIZE,
          PARALLELISM);

  private Settings() {}
}
