package tarn.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Variables by which Python programs find a DuckLake. They are understood as far as a hint can go:
 * what holds stands in station.toml.
 *
 * @param found by name
 */
record OtherSettings(SortedMap<String, String> found) {
  private static final String POSTGRESQL = "DUCKLAKE_PG_";
  private static final List<String> PREFIXES = List.of(POSTGRESQL, "PLUGINLAKE_");

  static OtherSettings of(Map<String, String> environment) {
    SortedMap<String, String> found = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (!value.isBlank() && PREFIXES.stream().anyMatch(name::startsWith)) {
            found.put(name, value);
          }
        });
    return new OtherSettings(found);
  }

  private Optional<String> value(String... names) {
    for (String name : names) {
      String value = found.get(POSTGRESQL + name);
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** The catalog that they name; never a password. */
  Optional<String> catalog() {
    return value("HOST", "HOSTNAME")
        .flatMap(
            host ->
                value("DATABASE", "DBNAME", "DB", "NAME")
                    .map(
                        database ->
                            "postgresql://"
                                + value("USER", "USERNAME").map(user -> user + "@").orElse("")
                                + host
                                + value("PORT").map(port -> ":" + port).orElse("")
                                + "/"
                                + database));
  }

  /** One sentence for a person, or nothing. */
  String told() {
    return found.isEmpty()
        ? ""
        : " The environment has settings of another program, which Tarn does not follow: "
            + String.join(", ", found.keySet())
            + ".";
  }
}
