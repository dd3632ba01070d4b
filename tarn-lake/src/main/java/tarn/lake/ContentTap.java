package tarn.lake;

import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;

/**
 * Sees one number of every row that the engine streams past: a volatile SQL function that is always
 * true and adds its argument to a sum. It is registered once an engine and gets whole vectors, so
 * that it costs a few per cent of a write. Thread-safe.
 */
public final class ContentTap {
  private static final String FUNCTION = "tarn_content_tap";

  private final ConcurrentMap<Long, Flow> flows = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong();

  private ContentTap() {}

  static ContentTap register(DuckDBConnection connection) {
    ContentTap tap = new ContentTap();
    try (var builder = DuckDBFunctions.scalarFunction()) {
      builder
          .withName(FUNCTION)
          .withParameter(DuckDBColumnType.BIGINT)
          .withParameter(DuckDBColumnType.BIGINT)
          .withReturnType(DuckDBColumnType.BOOLEAN)
          .withVolatile()
          .withVectorizedFunction(tap::apply)
          .register(connection);
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
    return tap;
  }

  /** Starts a sum of its own; close it when its statement has ended. */
  public Flow open() {
    Flow flow = new Flow(next.incrementAndGet());
    flows.put(flow.id, flow);
    return flow;
  }

  private void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector passes) {
    long rows = chunk.rowCount();
    if (rows == 0) {
      return;
    }
    DuckDBReadableVector numbers = chunk.vector(1);
    long low = 0;
    long high = 0;
    for (long row = 0; row < rows; row++) {
      long number = numbers.getLong(row);
      low += number;
      if (Long.compareUnsigned(low, number) < 0) {
        high++;
      }
      passes.setBoolean(row, true);
    }
    Flow flow = flows.get(chunk.vector(0).getLong(0));
    if (flow == null) {
      throw new IllegalStateException("a statement goes on after its tap was closed");
    }
    flow.add(rows, high, low);
  }

  /** The rows of one statement. */
  public final class Flow implements AutoCloseable {
    private final long id;
    private long rows;
    private long high;
    private long low;

    private Flow(long id) {
      this.id = id;
    }

    /**
     * The condition to filter rows by: true for each.
     *
     * @param number SQL of a BIGINT that is never negative or null
     */
    public String condition(String number) {
      return FUNCTION + "(" + id + ", " + number + ")";
    }

    private synchronized void add(long moreRows, long moreHigh, long moreLow) {
      rows += moreRows;
      low += moreLow;
      high += moreHigh + (Long.compareUnsigned(low, moreLow) < 0 ? 1 : 0);
    }

    /** What has passed so far. */
    public synchronized ContentSum sum() {
      return new ContentSum(rows, high, low);
    }

    @Override
    public void close() {
      flows.remove(id);
    }
  }
}
