package tarn.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** An Arrow stream that costs next to nothing to read: one batch, handed out over and over. */
final class RepeatingReader extends ArrowReader {
  private static final int BATCH = 122_880;
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("id", new ArrowType.Int(64, true)),
              Field.nullable("ward", new ArrowType.Int(32, true)),
              Field.nullable("moment", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
              Field.nullable("value", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
              Field.nullable("unit", new ArrowType.Utf8()),
              Field.nullable("alarm", new ArrowType.Bool())));

  private final VectorSchemaRoot batch;
  private final VectorUnloader unloader;
  private long left;

  /**
   * @param rows as {@link #wholeBatches} gives them
   */
  RepeatingReader(BufferAllocator allocator, long rows) {
    super(allocator);
    this.left = rows;
    this.batch = VectorSchemaRoot.create(SCHEMA, allocator);
    fill();
    this.unloader = new VectorUnloader(batch);
  }

  /** The number of rows nearest to {@code wanted} that whole batches make. */
  static long wholeBatches(long wanted) {
    return Math.max(1, Math.round((double) wanted / BATCH)) * BATCH;
  }

  private void fill() {
    BigIntVector id = (BigIntVector) batch.getVector("id");
    IntVector ward = (IntVector) batch.getVector("ward");
    TimeStampMicroVector moment = (TimeStampMicroVector) batch.getVector("moment");
    Float8Vector value = (Float8Vector) batch.getVector("value");
    VarCharVector unit = (VarCharVector) batch.getVector("unit");
    BitVector alarm = (BitVector) batch.getVector("alarm");
    byte[][] units = {bytes("mmHg"), bytes("1/min"), bytes("Cel"), bytes("%")};
    batch.allocateNew();
    for (int row = 0; row < BATCH; row++) {
      id.setSafe(row, row);
      ward.setSafe(row, row % 40);
      moment.setSafe(row, 1_767_225_600_000_000L + row * 1_000_000L);
      value.setSafe(row, 36.0 + row % 500 / 100.0);
      unit.setSafe(row, units[row % units.length]);
      alarm.setSafe(row, row % 97 == 0 ? 1 : 0);
    }
    batch.setRowCount(BATCH);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    if (left <= 0) {
      return false;
    }
    loadRecordBatch(unloader.getRecordBatch());
    left -= BATCH;
    return true;
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {
    batch.close();
  }

  @Override
  protected Schema readSchema() {
    return SCHEMA;
  }
}
