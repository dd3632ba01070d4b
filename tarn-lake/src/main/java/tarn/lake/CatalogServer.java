package tarn.lake;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;

/**
 * What a look at the server of a PostgreSQL catalog told.
 *
 * @param version as the server names it, such as {@code 15.13}
 * @param encryption the TLS version of the connection, if there is TLS
 * @param latency of one question
 * @param skew how far the server's clock is ahead of this machine's
 * @param guarded whether commits after a lost lock are refused; empty when there is no lake yet
 */
public record CatalogServer(
    String version,
    Optional<String> encryption,
    Duration latency,
    Duration skew,
    Optional<Boolean> guarded) {

  /**
   * @throws tarn.base.TarnException {@code catalog.unreachable} when it does not answer
   */
  public static CatalogServer look(CatalogLocation.PostgreSql location) {
    PostgreSqlServer server = new PostgreSqlServer(location);
    return server.once(
        () -> {
          try (Connection connection = server.connect();
              Statement statement = connection.createStatement()) {
            return look(statement);
          }
        });
  }

  private static CatalogServer look(Statement statement) throws SQLException {
    Instant asked = Instant.now();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT current_setting('server_version'), clock_timestamp(),"
                + " (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl),"
                + " to_regclass('public.ducklake_snapshot_changes') IS NOT NULL")) {
      row.next();
      Instant answered = Instant.now();
      Duration latency = Duration.between(asked, answered);
      Instant clock = Objects.requireNonNull(row.getObject(2, OffsetDateTime.class)).toInstant();
      String version = Objects.requireNonNull(row.getString(1)).split(" ", 2)[0];
      Optional<String> encryption = Optional.ofNullable(row.getString(3));
      boolean lake = row.getBoolean(4);
      return new CatalogServer(
          version,
          encryption,
          latency,
          Duration.between(asked.plus(latency.dividedBy(2)), clock),
          lake ? Optional.of(PostgreSqlServer.isFenced(statement)) : Optional.empty());
    }
  }
}
