package tarn.lake;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.duckdb.DuckDBConnection;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.extension.ExtensionStore;

/** Hands an engine what a {@link DataAccess} grants, and again in time before it expires. */
final class GrantedAccess {
  /** A statement that begins now may read files for so long. */
  private static final Duration IN_ADVANCE = Duration.ofMinutes(10);

  private final DataAccess access;
  private Optional<Instant> until = Optional.empty();

  GrantedAccess(DataAccess access) {
    this.access = access;
  }

  void begin(DuckDBConnection connection, ExtensionStore extensions) {
    DataAccess.Grant grant = access.grant();
    for (String extension : grant.extensions()) {
      extensions.load(sql -> run(connection, sql, grant), extension);
    }
    hand(connection, grant);
  }

  /** Costs nothing as long as nothing expires. */
  synchronized void refresh(DuckDBConnection connection) {
    if (endsSoon()) {
      hand(connection, access.grant());
    }
  }

  /** Whether it is time to hand it out again. */
  synchronized boolean endsSoon() {
    return until.filter(end -> end.isBefore(Instant.now().plus(IN_ADVANCE))).isPresent();
  }

  private synchronized void hand(DuckDBConnection connection, DataAccess.Grant grant) {
    grant.statements().forEach(sql -> run(connection, sql, grant));
    until = grant.until();
  }

  /** The engine repeats a statement that it cannot read, so its message may hold a secret. */
  private static void run(DuckDBConnection connection, String sql, DataAccess.Grant grant) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (sql.startsWith("LOAD")) {
        throw EngineErrors.translate(e);
      }
      String said = String.valueOf(e.getMessage());
      said = said.indexOf('\n') < 0 ? said : said.substring(0, said.indexOf('\n'));
      for (String secret : grant.secrets()) {
        said = said.replace(secret, "***");
      }
      throw new TarnException(
          ErrorCode.STORAGE_CREDENTIALS,
          "The engine does not take the settings or the credentials of the data's store: " + said,
          "Check the section [storage] of station.toml and the credentials in the environment.");
    }
  }
}
