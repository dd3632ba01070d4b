package tarn.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What the driver does when a query fails half way; see docs/decisions/streaming-results.md. */
final class StreamedResultTest {
  private static final String FAILS_HALF_WAY =
      "SELECT CASE WHEN i > 5000000 THEN error('boom') ELSE 1 END FROM range(10000000) t(i)";

  @Test
  void materializedResult_failsLoudly() throws SQLException {
    try (Connection engine = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = engine.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery(FAILS_HALF_WAY)).hasMessageContaining("boom");
    }
  }

  @Test
  void streamedResult_endsAsIfItWereWhole_soItIsNotUsed() throws SQLException {
    try (Connection engine = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = engine.createStatement()) {
      statement.execute("SET jdbc_stream_results = true");
      long rows = 0;
      try (ResultSet result = statement.executeQuery(FAILS_HALF_WAY)) {
        while (result.next()) {
          rows++;
        }
      }
      assertThat(rows).isBetween(1L, 5_000_001L);
    }
  }

  @Test
  void copy_failsLoudly() throws SQLException {
    try (Connection engine = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = engine.createStatement()) {
      assertThatThrownBy(
              () -> statement.execute("COPY (" + FAILS_HALF_WAY + ") TO '/dev/null' (FORMAT csv)"))
          .hasMessageContaining("boom");
    }
  }
}
