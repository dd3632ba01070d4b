package tarn.lake;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tarn.base.Effect;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Recognizes what a PostgreSQL catalog answers, or that it does not. */
final class PostgreSqlErrors {
  private static final Pattern SERVER =
      Pattern.compile("connection to server at \"([^\"]*)\"[^:]*?port (\\d+) failed:\\s*(.*)");

  /** A connection that broke earlier has no reason to tell. */
  private static final Pattern LOST_WITHOUT_A_WORD =
      Pattern.compile("Failed to execute query \"(ROLLBACK|COMMIT|BEGIN[^\"]*)\":$");

  private PostgreSqlErrors() {}

  static Optional<TarnException> translate(String said, SQLException error) {
    String lower = said.toLowerCase(Locale.ROOT);
    // Of a catalog in a file, this says that the file is a database of another kind.
    if (lower.contains("creating a new ducklake is explicitly disabled")
        && (lower.contains("\"postgres:") || lower.contains("dbname="))) {
      return Optional.of(
          error(
              ErrorCode.CATALOG_NOT_FOUND,
              "There is no lake yet: the catalog's database holds none.",
              "Run `tarn materialize` to create it, or mend `catalog` in station.toml.",
              error));
    }
    if (lower.contains("automatic_migration") || lower.contains("catalog version mismatch")) {
      return Optional.of(
          error(
              ErrorCode.CATALOG_INVALID,
              "The catalog is of another version than this engine's. " + firstLine(said),
              "Back the catalog up, then migrate it with a DuckDB of the engine's version"
                  + " (`ATTACH … (AUTOMATIC_MIGRATION true)`) while nothing else uses it.",
              error));
    }
    if (lower.contains("tarn fence:")) {
      return Optional.of(
          error(
              ErrorCode.CATALOG_CONFLICT,
              "The lock of a table was lost before the commit, and another writer may have taken it.",
              "Run it again.",
              error));
    }
    if (lower.contains("exceeded the maximum retry count")
        || lower.contains("could not serialize access")
        || lower.contains("deadlock detected")) {
      return Optional.of(
          error(
              ErrorCode.CATALOG_CONFLICT,
              "Other writers committed first, again and again. " + firstLine(said),
              "Run it again.",
              error));
    }
    Matcher server = SERVER.matcher(said);
    if (server.find()) {
      String reason = server.group(3);
      boolean refused =
          reason.matches("(?is).*(password|authentication|role \".*|no pg_hba|database \".*).*");
      return Optional.of(
          error(
              ErrorCode.CATALOG_UNREACHABLE,
              "The catalog's server %s, port %s, %s: %s"
                  .formatted(
                      server.group(1),
                      server.group(2),
                      refused ? "refuses this user" : "does not answer",
                      reason),
              refused
                  ? "Set PGPASSWORD or the password file (~/.pgpass), and check `catalog` in"
                      + " station.toml and the server's pg_hba.conf."
                  : "Check that the server runs, the network and `catalog` in station.toml.",
              error));
    }
    if (isLost(said, lower)) {
      return Optional.of(
          error(
              ErrorCode.CATALOG_UNREACHABLE,
              "The connection to the catalog's server broke: " + firstLine(said),
              "Run it again when the server answers; `tarn doctor` tells.",
              error));
    }
    return Optional.empty();
  }

  private static boolean isLost(String said, String lower) {
    return lower.contains("server closed the connection")
        || lower.contains("terminating connection")
        || lower.contains("connection to the server was lost")
        || lower.contains("no connection to the server")
        || lower.contains("the database system is")
        || lower.contains("ssl connection has been closed")
        || lower.contains("could not receive data from server")
        || lower.contains("could not send data to server")
        || lower.contains("unable to connect to postgres")
        || LOST_WITHOUT_A_WORD.matcher(said.strip()).find();
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static TarnException error(
      ErrorCode code, String message, String remedy, SQLException cause) {
    return new TarnException(code, message, remedy, Effect.NOTHING_WRITTEN, cause);
  }
}
