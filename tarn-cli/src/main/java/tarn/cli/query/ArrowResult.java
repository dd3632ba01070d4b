package tarn.cli.query;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.duckdb.DuckDBResultSet;
import tarn.lake.EngineErrors;
import tarn.lake.Session;

/** A result as a stream of Arrow batches, read from the engine and passed on one by one. */
final class ArrowResult {
  private static final long BATCH_ROWS = 65_536;

  /** How the Arrow library wraps the engine's words. */
  private static final Pattern ENGINE_SAID =
      Pattern.compile(".*CDataJniException\\{errno=-?\\d+, message=(.*)\\}", Pattern.DOTALL);

  private ArrowResult() {}

  static void write(Session session, String select, OutputStream out) throws IOException {
    // Safe here: an Arrow stream, unlike a ResultSet, says when its query fails half way.
    session.execute("SET jdbc_stream_results = true");
    try (Statement statement = session.connection().createStatement();
        Session.Cancellable _ = session.cancellable(statement);
        DuckDBResultSet result = statement.executeQuery(select).unwrap(DuckDBResultSet.class);
        BufferAllocator allocator = new RootAllocator();
        ArrowReader reader = (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS);
        ArrowStreamWriter writer =
            new ArrowStreamWriter(reader.getVectorSchemaRoot(), reader, Channels.newChannel(out))) {
      writer.start();
      while (next(reader)) {
        writer.writeBatch();
      }
      writer.end();
      out.flush();
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
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
