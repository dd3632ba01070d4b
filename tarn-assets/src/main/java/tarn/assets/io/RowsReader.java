package tarn.assets.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Fills Arrow batches from a stream of records when the engine asks for one: never more than one
 * batch of records is taken ahead.
 */
final class RowsReader extends ArrowReader {
  /** A batch ends at this many rows or bytes, whichever comes first. */
  private static final int BATCH_ROWS = 16_384;

  private static final long BATCH_BYTES = 8L << 20;

  private final List<RecordColumn> columns;
  private final Stream<?> rows;
  private final Iterator<?> iterator;
  private final List<ColumnType.Setter> setters = new ArrayList<>();
  private long taken;

  RowsReader(List<RecordColumn> columns, Stream<?> rows, BufferAllocator allocator) {
    super(allocator);
    this.columns = columns;
    this.rows = rows;
    this.iterator = rows.iterator();
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    VectorSchemaRoot batch = getVectorSchemaRoot();
    // The engine may still read the last batch: it keeps those buffers, and this one gets its own.
    batch.clear();
    if (setters.isEmpty()) {
      bind(batch);
    }
    batch.getFieldVectors().forEach(FieldVector::allocateNew);
    int count = fill();
    batch.setRowCount(count);
    return count > 0;
  }

  private void bind(VectorSchemaRoot batch) {
    for (int column = 0; column < columns.size(); column++) {
      FieldVector vector = batch.getVector(column);
      vector.setInitialCapacity(BATCH_ROWS);
      setters.add(columns.get(column).type().setter(vector));
    }
  }

  private int fill() {
    long bytes = 0;
    int index = 0;
    while (index < BATCH_ROWS && bytes < BATCH_BYTES) {
      Object row = next();
      if (row == null) {
        break;
      }
      bytes += put(row, index++);
    }
    return index;
  }

  private @Nullable Object next() {
    taken++;
    Object row;
    try {
      if (!iterator.hasNext()) {
        return null;
      }
      row = iterator.next();
    } catch (RuntimeException | Error e) {
      throw failed("could not be made: " + e, e);
    }
    if (row == null) {
      throw failed("is null.", null);
    }
    return row;
  }

  private long put(Object row, int index) {
    long bytes = 0;
    for (int column = 0; column < setters.size(); column++) {
      RecordColumn of = columns.get(column);
      try {
        bytes += setters.get(column).set(index, of.accessor().apply(row));
      } catch (RuntimeException | Error e) {
        throw failed("has no value for `" + of.name() + "` that can be kept: " + e.getMessage(), e);
      }
    }
    return bytes;
  }

  private TarnException failed(String what, @Nullable Throwable cause) {
    return new TarnException(
        ErrorCode.ASSET_FAILED,
        "Row " + taken + " of the stream " + what,
        "Mend what makes the rows and run it again; nothing was written.",
        cause);
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {
    rows.close();
  }

  @Override
  protected Schema readSchema() {
    return new Schema(columns.stream().map(RecordColumn::field).toList());
  }
}
