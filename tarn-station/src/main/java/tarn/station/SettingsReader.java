package tarn.station;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.EngineSettings;
import tarn.station.Setting.Surroundings;
import tarn.station.SettingType.InvalidValue;
import tarn.storage.EnvironmentCredentials;
import tarn.storage.StoreSettings;

/** Resolves each setting: the environment before the file, the file before the default. */
final class SettingsReader {
  private final SettingsFile file;
  private final Map<String, String> environment;
  private final Surroundings surroundings;
  private final List<ResolvedSetting> resolved = new ArrayList<>();

  private SettingsReader(
      SettingsFile file, Map<String, String> environment, Surroundings surroundings) {
    this.file = file;
    this.environment = environment;
    this.surroundings = surroundings;
  }

  /** Typed settings, and the same for a report. */
  record Result(StationSettings settings, List<ResolvedSetting> resolved) {}

  static Result read(Path folder, Map<String, String> environment, Machine machine) {
    SettingsFile file = SettingsFile.read(folder.resolve(Station.FILE));
    return new SettingsReader(file, environment, new Surroundings(folder, machine)).resolve();
  }

  private Result resolve() {
    StationSettings settings =
        new StationSettings(
            value(Settings.NAME),
            value(Settings.CATALOG),
            value(Settings.DATA_PATH),
            store(),
            new EngineSettings(
                value(Settings.MEMORY_LIMIT),
                value(Settings.THREADS),
                value(Settings.TEMPORARY_FOLDER),
                value(Settings.MAXIMUM_TEMPORARY_SIZE)),
            value(Settings.PARALLELISM),
            serve(),
            new IntegritySettings(
                value(Settings.INTEGRITY_EVERY),
                value(Settings.INTEGRITY_WITHIN),
                value(Settings.INTEGRITY_RATE),
                value(Settings.INTEGRITY_REPLICA)));
    return new Result(settings, List.copyOf(resolved));
  }

  private ServeSettings serve() {
    return new ServeSettings(
        value(Settings.ADDRESS),
        value(Settings.PORT),
        value(Settings.CERTIFICATE),
        value(Settings.PRIVATE_KEY),
        value(Settings.EXPOSURE).equals("open")
            ? ServeSettings.Exposure.OPEN
            : ServeSettings.Exposure.GUARDED,
        value(Settings.MAXIMUM_UPLOAD),
        value(Settings.REQUESTS),
        new ServeSettings.QueryLimits(
            value(Settings.QUERY_MEMORY),
            value(Settings.QUERY_SECONDS),
            value(Settings.QUERY_ROWS),
            value(Settings.QUERY_BYTES)),
        new ServeSettings.Tokens(
            value(Settings.OIDC_ISSUER),
            value(Settings.OIDC_AUDIENCE),
            value(Settings.OIDC_KEYS),
            value(Settings.OIDC_CLAIM)),
        Optional.of(value(Settings.OPENLINEAGE)).filter(place -> !place.isEmpty()));
  }

  private StoreSettings store() {
    return EnvironmentCredentials.of(environment)
        .settings(
            value(Settings.STORAGE_ENDPOINT),
            value(Settings.STORAGE_REGION),
            value(Settings.STORAGE_URL_STYLE),
            value(Settings.STORAGE_PROFILE),
            value(Settings.STORAGE_CERTIFICATES));
  }

  /** A value as it was written, and where. */
  record Raw(String text, Origin origin) {}

  private <T> T value(Setting<T> setting) {
    Raw raw = raw(setting);
    try {
      T value = setting.type().parser().parse(raw.text(), surroundings);
      resolved.add(
          new ResolvedSetting(setting.key(), setting.type().shown().apply(value), raw.origin()));
      return value;
    } catch (InvalidValue e) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "%s: %s %s.".formatted(place(setting, raw), Secrets.hidden(raw.text()), e.getMessage()),
          e.remedy(),
          e);
    }
  }

  private Raw raw(Setting<?> setting) {
    String variable = environment.get(setting.variable());
    // Compose files and service managers pass unset variables on as empty ones.
    if (variable != null && !variable.isEmpty()) {
      return new Raw(variable, new Origin.Environment(setting.variable()));
    }
    return file.value(setting)
        .orElseGet(
            () -> new Raw(setting.fallback().source().text(surroundings), new Origin.Default()));
  }

  private static String place(Setting<?> setting, Raw raw) {
    return switch (raw.origin()) {
      case Origin.File(Path path, int line) -> "%s:%d: `%s`".formatted(path, line, setting.key());
      case Origin.Environment(String variable) -> "The environment variable " + variable;
      case Origin.Default() -> "The default of `" + setting.key() + "`";
    };
  }
}
