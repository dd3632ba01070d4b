package tarn.station;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tarn.lake.CatalogLocation;
import tarn.station.Setting.Surroundings;
import tarn.station.SettingType.InvalidValue;
import tarn.storage.S3Settings;
import tarn.storage.StoreLocations;

/** The kinds of values that settings have. */
final class SettingTypes {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?) ?(B|[KMGT]i?B|%)", Pattern.CASE_INSENSITIVE);
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");
  private static final List<String> STORES = List.of("s3://", "az://", "azure://", "abfss://");
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhdw])");
  private static final List<Duration> SPAN_UNITS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          Duration.ofHours(1),
          Duration.ofDays(1),
          Duration.ofDays(7));
  private static final long MEBIBYTE = 1024 * 1024;

  private SettingTypes() {}

  static SettingType<String> name() {
    return new SettingType<>("text", SettingShape.TEXT, (text, _) -> checkName(text), x -> x);
  }

  static SettingType<Integer> count() {
    return new SettingType<>(
        "whole number, at least 1",
        SettingShape.INTEGER,
        (text, _) -> parseCount(text),
        number -> number);
  }

  static SettingType<Path> folder() {
    return new SettingType<>("folder", SettingShape.TEXT, SettingTypes::parsePath, Path::toString);
  }

  static SettingType<CatalogLocation> catalog() {
    return new SettingType<>(
        "file, or URL of a PostgreSQL database",
        SettingShape.TEXT,
        SettingTypes::parseCatalog,
        CatalogLocation::display);
  }

  static SettingType<String> dataPath() {
    return new SettingType<>(
        "folder, or URL of a store", SettingShape.TEXT, SettingTypes::parseDataPath, x -> x);
  }

  /** A share of the machine's memory is turned into a size, so that a report shows what holds. */
  static SettingType<String> memorySize() {
    return new SettingType<>(
        "size (`512MB`, `16GiB`) or share of the memory (`60%`)",
        SettingShape.TEXT,
        (text, surroundings) -> {
          Matcher size = matchSize(text);
          return size.group(2).equals("%")
              ? shareOf(surroundings.machine().memory(), share(size.group(1)))
              : canonical(size);
        },
        x -> x);
  }

  static SettingType<Optional<String>> optionalSize() {
    return new SettingType<>(
        "size (`512MB`, `16GiB`)",
        SettingShape.TEXT,
        (text, _) -> {
          if (text.isEmpty()) {
            return Optional.empty();
          }
          Matcher size = matchSize(text);
          if (size.group(2).equals("%")) {
            throw new InvalidValue("is not a size", "Write a number and a unit, such as `100GB`.");
          }
          return Optional.of(canonical(size));
        },
        size -> size.orElse(""));
  }

  static SettingType<Integer> port() {
    return new SettingType<>(
        "port", SettingShape.INTEGER, (text, _) -> parsePort(text), number -> number);
  }

  static SettingType<Optional<Path>> optionalFile() {
    return new SettingType<>(
        "file",
        SettingShape.TEXT,
        (text, surroundings) ->
            text.isEmpty() ? Optional.empty() : Optional.of(parsePath(text, surroundings)),
        file -> file.map(Path::toString).orElse(""));
  }

  static SettingType<String> optionalText() {
    return new SettingType<>("text", SettingShape.TEXT, (text, _) -> text.strip(), x -> x);
  }

  static SettingType<String> word(String... words) {
    List<String> known = List.of(words);
    return new SettingType<>(
        "one of `" + String.join("`, `", known) + "`",
        SettingShape.TEXT,
        (text, _) -> {
          if (!known.contains(text)) {
            throw new InvalidValue(
                "is none of " + String.join(", ", known) + Nearest.hint(text, known),
                "Write one of " + String.join(", ", known) + ".");
          }
          return text;
        },
        x -> x);
  }

  /** A number of bytes. */
  static SettingType<Long> bytes() {
    return new SettingType<>(
        "size (`512MB`, `16GiB`)", SettingShape.TEXT, (text, _) -> parseBytes(text), x -> x);
  }

  private static Long parseBytes(String text) throws InvalidValue {
    Matcher size = matchSize(text);
    String unit = size.group(2).toUpperCase(Locale.ROOT);
    if (unit.equals("%")) {
      throw new InvalidValue("is not a size", "Write a number and a unit, such as `100GB`.");
    }
    int power = "BKMGT".indexOf(unit.charAt(0));
    double step = unit.contains("I") ? 1024 : 1000;
    return (long) (Double.parseDouble(size.group(1)) * Math.pow(step, power));
  }

  static SettingType<Duration> span() {
    return new SettingType<>(
        "span of time (`90m`, `24h`, `30d`)",
        SettingShape.TEXT,
        (text, _) -> parseSpan(text),
        SettingTypes::spanText);
  }

  static SettingType<Optional<Duration>> spanOrNever() {
    return new SettingType<>(
        "span of time (`90m`, `24h`, `30d`) or `never`",
        SettingShape.TEXT,
        (text, _) -> text.equals("never") ? Optional.empty() : Optional.of(parseSpan(text)),
        span -> span.map(SettingTypes::spanText).orElse("never"));
  }

  private static Duration parseSpan(String text) throws InvalidValue {
    Matcher parts = SPAN.matcher(text);
    if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
      throw new InvalidValue(
          "is not a span of time", "Write a number and a unit (s, m, h, d or w), such as `24h`.");
    }
    return SPAN_UNITS
        .get("smhdw".indexOf(parts.group(2)))
        .multipliedBy(Long.parseLong(parts.group(1)));
  }

  private static String spanText(Duration span) {
    for (int unit = SPAN_UNITS.size() - 1; unit > 0; unit--) {
      long size = SPAN_UNITS.get(unit).toSeconds();
      if (span.toSeconds() % size == 0) {
        return span.toSeconds() / size + String.valueOf("smhdw".charAt(unit));
      }
    }
    return span.toSeconds() + "s";
  }

  /** A folder or a store. */
  static SettingType<Optional<String>> optionalPlace() {
    return new SettingType<>(
        "folder, or URL of a store",
        SettingShape.TEXT,
        (text, surroundings) ->
            text.isEmpty() ? Optional.empty() : Optional.of(parseDataPath(text, surroundings)),
        place -> place.orElse(""));
  }

  private static Integer parsePort(String text) throws InvalidValue {
    if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65_535) {
      return Integer.valueOf(text);
    }
    throw new InvalidValue("is not a port", "Write a number from 0 to 65535, such as `8270`.");
  }

  static String shareOf(long bytes, double percent) {
    return Math.max(1, (long) (bytes * percent / 100) / MEBIBYTE) + "MiB";
  }

  private static String checkName(String text) throws InvalidValue {
    if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidValue(
          "is not a name", "Write a short text on one line, such as `St. Olav's hospital`.");
    }
    return text;
  }

  private static Integer parseCount(String text) throws InvalidValue {
    try {
      int count = Integer.parseInt(text);
      if (count >= 1) {
        return count;
      }
    } catch (NumberFormatException e) {
      // The same message serves both.
    }
    throw new InvalidValue(
        "is not a whole number of at least 1", "Write a number without quotes, such as `4`.");
  }

  private static Matcher matchSize(String text) throws InvalidValue {
    Matcher size = SIZE.matcher(text);
    if (!size.matches() || Double.parseDouble(size.group(1)) <= 0) {
      throw new InvalidValue(
          "is not a size above zero", "Write a number and a unit, such as `512MB` or `16GiB`.");
    }
    return size;
  }

  private static double share(String number) throws InvalidValue {
    double percent = Double.parseDouble(number);
    if (percent > 100) {
      throw new InvalidValue(
          "is more than the whole memory", "Write at most `100%`; `60%` leaves room for others.");
    }
    return percent;
  }

  private static String canonical(Matcher size) {
    String unit = size.group(2).toUpperCase(Locale.ROOT).replace("IB", "iB");
    return size.group(1) + unit;
  }

  private static Path parsePath(String text, Surroundings surroundings) throws InvalidValue {
    Matcher scheme = SCHEME.matcher(text);
    if (scheme.matches() && text.contains("://")) {
      throw new InvalidValue(
          "is a URL, not a folder", "Write a folder's path; a relative one starts at the station.");
    }
    return resolve(text, surroundings);
  }

  private static Path resolve(String text, Surroundings surroundings) throws InvalidValue {
    try {
      if (!text.isBlank()) {
        return surroundings.folder().resolve(text).normalize();
      }
    } catch (InvalidPathException e) {
      // The same message serves both.
    }
    throw new InvalidValue(
        "is not a path", "Write a path; a relative one starts at the station's folder.");
  }

  private static CatalogLocation parseCatalog(String text, Surroundings surroundings)
      throws InvalidValue {
    Matcher scheme = SCHEME.matcher(text);
    if (scheme.matches() && scheme.group(1).toLowerCase(Locale.ROOT).startsWith("postgres")) {
      return PostgreSqlUrl.parse(text);
    }
    if (scheme.matches()) {
      throw new InvalidValue(
          "is no catalog that a station can have",
          "Write the path of a file, such as `lake/catalog.ducklake`, or"
              + " `postgresql://USER@HOST/DATABASE`.");
    }
    Path file = resolve(text, surroundings);
    if (Files.isDirectory(file)) {
      throw new InvalidValue(
          "is a folder, not a file",
          "Write the path of a file in it, such as `%s`.".formatted(text + "/catalog.ducklake"));
    }
    return new CatalogLocation.DuckDbFile(file);
  }

  private static String parseDataPath(String text, Surroundings surroundings) throws InvalidValue {
    if (text.contains("://")) {
      return parseStore(text, surroundings);
    }
    Path folder = resolve(text, surroundings);
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new InvalidValue("is a file, not a folder", "Write the path of a folder.");
    }
    return folder + "/";
  }

  private static String parseStore(String text, Surroundings surroundings) throws InvalidValue {
    String scheme = text.substring(0, text.indexOf("://") + 3);
    if (!STORES.contains(scheme) || text.length() == scheme.length()) {
      throw new InvalidValue(
          "is no store that a lake can lie in",
          "Write a folder's path, or a URL that starts with one of "
              + String.join(" ", STORES)
              + Nearest.hint(scheme, STORES)
              + ".");
    }
    try {
      return StoreLocations.parse(text, surroundings.folder()).text();
    } catch (TarnException e) {
      throw new InvalidValue("is no location of a store: " + e.getMessage(), e.remedy());
    }
  }

  static SettingType<Optional<URI>> optionalUrl() {
    return new SettingType<>(
        "URL of a host (`https://host:port`)",
        SettingShape.TEXT,
        (text, _) -> text.isEmpty() ? Optional.empty() : Optional.of(parseEndpoint(text)),
        url -> url.map(URI::toString).orElse(""));
  }

  private static URI parseEndpoint(String text) throws InvalidValue {
    try {
      URI url = new URI(text);
      boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      if (web && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // The same message serves both.
    }
    throw new InvalidValue(
        "is no URL of a host",
        "Write it as `https://host` or `https://host:port`, without a user.");
  }

  static SettingType<Optional<String>> optionalName() {
    return new SettingType<>(
        "text",
        SettingShape.TEXT,
        (text, _) -> text.isEmpty() ? Optional.empty() : Optional.of(checkName(text)),
        text -> text.orElse(""));
  }

  static SettingType<S3Settings.UrlStyle> urlStyle() {
    return new SettingType<>(
        "`auto`, `path` or `host`",
        SettingShape.TEXT,
        (text, _) ->
            switch (text) {
              case "auto" -> S3Settings.UrlStyle.AUTOMATIC;
              case "path" -> S3Settings.UrlStyle.PATH;
              case "host" -> S3Settings.UrlStyle.VIRTUAL_HOST;
              default ->
                  throw new InvalidValue(
                      "is no way to name a bucket", "Write `auto`, `path` or `host`.");
            },
        style ->
            switch (style) {
              case AUTOMATIC -> "auto";
              case PATH -> "path";
              case VIRTUAL_HOST -> "host";
            });
  }
}
