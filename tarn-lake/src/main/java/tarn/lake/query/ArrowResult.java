package tarn.lake.query;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.EngineErrors;
import tarn.lake.Session;

/** A result as a stream of Arrow batches, read from the engine and passed on one by one. */
public final class ArrowResult {
  private static final long BATCH_ROWS = 65_536;

  /** How the Arrow library wraps the engine's words. */
  private static final Pattern ENGINE_SAID =
      Pattern.compile(".*CDataJniException\\{errno=-?\\d+, message=(.*)\\}", Pattern.DOTALL);

  private ArrowResult() {}

  /** Takes a result's batches one by one. */
  public interface Batches {
    /** Before the first; each batch is put into the reader's own root. */
    void begin(ArrowReader reader) throws IOException;

    void batch() throws IOException;

    void end() throws IOException;
  }

  /** Writes a result in Arrow's streaming format. */
  public static void write(Session session, String select, OutputStream out) throws IOException {
    read(
        session,
        select,
        new Batches() {
          private @Nullable ArrowStreamWriter writer;

          @Override
          public void begin(ArrowReader reader) throws IOException {
            ArrowStreamWriter started =
                new ArrowStreamWriter(
                    reader.getVectorSchemaRoot(), reader, Channels.newChannel(out));
            started.start();
            writer = started;
          }

          @Override
          public void batch() throws IOException {
            Objects.requireNonNull(writer).writeBatch();
          }

          @Override
          public void end() throws IOException {
            Objects.requireNonNull(writer).end();
            out.flush();
          }
        });
  }

  /**
   * Runs a query and passes its rows on while it goes on.
   *
   * @throws TarnException what the query fails with, also half way
   */
  public static void read(Session session, String select, Batches batches) throws IOException {
    // Safe here: an Arrow stream, unlike a ResultSet, says when its query fails half way.
    // An engine whose settings are locked has been set so from the start.
    if (!streams(session)) {
      session.execute("SET jdbc_stream_results = true");
    }
    try (Statement statement = session.connection().createStatement();
        Session.Cancellable _ = session.cancellable(statement);
        DuckDBResultSet result = statement.executeQuery(select).unwrap(DuckDBResultSet.class);
        BufferAllocator allocator = new RootAllocator();
        ArrowReader reader = (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS)) {
      batches.begin(reader);
      while (next(reader)) {
        batches.batch();
      }
      batches.end();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  /** An engine in which it was never set does not know the setting's name yet. */
  private static boolean streams(Session session) {
    try {
      return session
          .queryFirst("SELECT current_setting('jdbc_stream_results')", row -> row.getBoolean(1))
          .orElse(false);
    } catch (TarnException e) {
      if (e.code() != ErrorCode.QUERY_INVALID) {
        throw e;
      }
      return false;
    }
  }

  /** What the engine says comes as an IOException, like what the output says. */
  private static boolean next(ArrowReader reader) {
    try {
      return reader.loadNextBatch();
    } catch (IOException e) {
      Matcher said = ENGINE_SAID.matcher(String.valueOf(e.getMessage()));
      throw EngineErrors.translate(
          new SQLException(said.matches() ? said.group(1) : e.getMessage(), e));
    }
  }
}
