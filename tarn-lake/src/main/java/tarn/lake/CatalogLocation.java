package tarn.lake;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Where the lake's SQL catalog is kept. */
public sealed interface CatalogLocation {

  /** One DuckDB file: a single process may write it at a time. */
  record DuckDbFile(Path file) implements CatalogLocation {}

  /**
   * A database of a PostgreSQL server, which many processes and machines may write. The password is
   * never part of it: it comes from {@code PGPASSWORD} or the user's password file.
   *
   * @param user empty for {@code PGUSER} or who runs this process
   * @param parameters of libpq, such as {@code sslmode}
   */
  record PostgreSql(
      String host,
      int port,
      String database,
      Optional<String> user,
      SortedMap<String, String> parameters)
      implements CatalogLocation {
    public PostgreSql {
      parameters = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /** As libpq reads it. */
    String keywords() {
      SortedMap<String, String> all = new TreeMap<>(parameters);
      all.put("host", host);
      all.put("port", Integer.toString(port));
      all.put("dbname", database);
      user.ifPresent(name -> all.put("user", name));
      return all.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + keyword(entry.getValue()))
          .collect(Collectors.joining(" "));
    }

    private static String keyword(String value) {
      return value.matches("[A-Za-z0-9_./:-]+")
          ? value
          : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private String url() {
      String query =
          parameters.entrySet().stream()
              .map(Map.Entry::toString)
              .collect(Collectors.joining("&", "?", ""));
      return "postgresql://%s%s:%d/%s%s"
          .formatted(
              user.map(name -> name + "@").orElse(""),
              host.contains(":") ? "[" + host + "]" : host,
              port,
              database,
              parameters.isEmpty() ? "" : query);
    }
  }

  /** What a person may see of it: never a password. */
  default String display() {
    return switch (this) {
      case DuckDbFile(Path file) -> file.toString();
      case PostgreSql server -> server.url();
    };
  }
}
