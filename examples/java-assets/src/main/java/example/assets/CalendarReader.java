package example.assets;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Makes one batch of days when it is asked for one; the whole is never held. */
final class CalendarReader extends ArrowReader {
  private static final int BATCH_ROWS = 4096;
  private static final int BITS = 32;

  private final LocalDate end;
  private LocalDate next;

  /**
   * @param end the first day that is not in it
   */
  CalendarReader(LocalDate start, LocalDate end, BufferAllocator allocator) {
    super(allocator);
    this.next = start;
    this.end = end;
  }

  @Override
  protected Schema readSchema() {
    ArrowType number = new ArrowType.Int(BITS, true);
    return new Schema(
        List.of(
            Field.nullable("day", new ArrowType.Date(DateUnit.DAY)),
            Field.nullable("year", number),
            Field.nullable("month", number),
            Field.nullable("weekday", number)));
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    VectorSchemaRoot batch = getVectorSchemaRoot();
    // Whoever has the last batch keeps its buffers; this one gets its own.
    batch.clear();
    batch.getFieldVectors().forEach(FieldVector::allocateNew);
    DateDayVector day = (DateDayVector) batch.getVector("day");
    IntVector year = (IntVector) batch.getVector("year");
    IntVector month = (IntVector) batch.getVector("month");
    IntVector weekday = (IntVector) batch.getVector("weekday");
    int row = 0;
    while (row < BATCH_ROWS && next.isBefore(end)) {
      day.setSafe(row, (int) next.toEpochDay());
      year.setSafe(row, next.getYear());
      month.setSafe(row, next.getMonthValue());
      weekday.setSafe(row, next.getDayOfWeek().getValue());
      next = next.plusDays(1);
      row++;
    }
    batch.setRowCount(row);
    return row > 0;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {
    // Nothing is open but the allocator, which the reader was given for itself.
  }

  @Override
  public void close() throws IOException {
    super.close();
    allocator.close();
  }
}
