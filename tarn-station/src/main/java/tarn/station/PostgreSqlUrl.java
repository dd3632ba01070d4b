package tarn.station;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.Nearest;
import tarn.lake.CatalogLocation;
import tarn.station.SettingType.InvalidValue;

/** Reads {@code postgresql://user@host:port/database?sslmode=…}. */
final class PostgreSqlUrl {
  private static final Pattern URL =
      Pattern.compile(
          "postgres(?:ql)?://(?:(?<user>[^@/?#:]+)@)?(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])"
              + "(?::(?<port>\\d{1,5}))?/(?<database>[^/?#&=]+)(?:\\?(?<parameters>[^#]*))?");
  private static final int DEFAULT_PORT = 5432;

  /** Those that hold no secret and that both of this program's drivers know. */
  private static final List<String> PARAMETERS =
      List.of("application_name", "connect_timeout", "sslcert", "sslkey", "sslmode", "sslrootcert");

  private static final String FORM =
      "Write `postgresql://USER@HOST:PORT/DATABASE`, and give the password as PGPASSWORD or in the"
          + " password file.";

  private PostgreSqlUrl() {}

  static CatalogLocation.PostgreSql parse(String text) throws InvalidValue {
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      throw new InvalidValue("is no URL of a PostgreSQL database", FORM);
    }
    String host = url.group("host").replaceAll("[\\[\\]]", "");
    int port = Optional.ofNullable(url.group("port")).map(Integer::parseInt).orElse(DEFAULT_PORT);
    if (port < 1 || port > 65535) {
      throw new InvalidValue("has a port that cannot be", FORM);
    }
    TreeMap<String, String> parameters = new TreeMap<>();
    for (String parameter :
        Optional.ofNullable(url.group("parameters")).orElse("").split("&", -1)) {
      if (!parameter.isEmpty()) {
        add(parameters, parameter);
      }
    }
    if (!parameters.containsKey("sslmode") && !isThisMachine(host)) {
      parameters.put("sslmode", "verify-full");
    }
    return new CatalogLocation.PostgreSql(
        host, port, url.group("database"), Optional.ofNullable(url.group("user")), parameters);
  }

  private static void add(Map<String, String> parameters, String parameter) throws InvalidValue {
    int equals = parameter.indexOf('=');
    String name = equals < 0 ? parameter : parameter.substring(0, equals);
    if (equals < 0 || !PARAMETERS.contains(name)) {
      throw new InvalidValue(
          "has the parameter `" + name + "`, which is not known" + Nearest.hint(name, PARAMETERS),
          "The parameters are: " + String.join(", ", PARAMETERS) + ".");
    }
    parameters.put(name, parameter.substring(equals + 1));
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }
}
