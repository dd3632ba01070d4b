package tarn.assets.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tarn.assets.Output;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.testkit.BareEngine;
import tarn.testkit.ScratchLake;

class ArrowRelationTest {
  @TempDir Path folder;
  private ScratchLake scratch;
  private Session session;
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    scratch = ScratchLake.in(folder);
    session = scratch.lake().session();
    allocator = new RootAllocator();
  }

  /** Closing the allocator fails the test when a buffer was leaked. */
  @AfterEach
  void close() {
    session.close();
    scratch.close();
    allocator.close();
  }

  /** Batches of {@code id BIGINT, name VARCHAR}, made by hand. */
  static final class Counting extends ArrowReader {
    static final int BATCH = 10_000;
    private final long rows;
    private final long failsAt;
    private long at;
    int closed;

    Counting(BufferAllocator allocator, long rows, long failsAt) {
      super(allocator);
      this.rows = rows;
      this.failsAt = failsAt;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      VectorSchemaRoot root = getVectorSchemaRoot();
      root.clear();
      if (at >= failsAt) {
        throw new IOException("the source broke");
      }
      int count = (int) Math.min(BATCH, rows - at);
      root.getFieldVectors().forEach(FieldVector::allocateNew);
      BigIntVector ids = (BigIntVector) root.getVector(0);
      VarCharVector names = (VarCharVector) root.getVector(1);
      for (int index = 0; index < count; index++, at++) {
        ids.setSafe(index, at);
        names.setSafe(index, ("n" + at).getBytes(StandardCharsets.UTF_8));
      }
      root.setRowCount(count);
      return count > 0;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {
      closed++;
    }

    @Override
    protected Schema readSchema() {
      return new Schema(
          List.of(
              Field.nullable("id", new ArrowType.Int(64, true)),
              Field.nullable("name", new ArrowType.Utf8())));
    }
  }

  private <T> T with(ArrowReader reader, Function<StreamedRelation, T> work) {
    return RelationSource.standard().withRelation(session, Output.arrow(reader), work);
  }

  @Test
  void batches_throughTheConnectionThatWrites_allArrive() {
    long rows = 2_000_000;
    Counting reader = new Counting(allocator, rows, Long.MAX_VALUE);
    long streamed =
        with(
            reader,
            relation -> {
              session.execute("BEGIN TRANSACTION");
              session.execute("CREATE TABLE arrived AS " + relation.select());
              session.execute("COMMIT");
              return relation.count().orElseThrow();
            });
    assertThat(streamed).isEqualTo(rows);
    assertThat(reader.closed).isEqualTo(1);
    session.close();
    scratch.close();
    try (BareEngine bare = BareEngine.on(scratch)) {
      assertThat(
              bare.value(
                  "SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || min(id) || ' ' || max(id)"
                      + " || ' ' || count(*) FILTER (name = 'n' || id) FROM arrived"))
          .isEqualTo("2000000 2000000 0 1999999 2000000");
    }
  }

  @Test
  void readerThatFailsHalfWay_isAnErrorWithNothingWritten() {
    Counting reader = new Counting(allocator, 100_000, 50_000);
    TarnException failed =
        catchThrowableOfType(
            TarnException.class,
            () ->
                with(
                    reader,
                    relation -> {
                      session.execute("CREATE TABLE half AS " + relation.select());
                      return 0;
                    }));
    assertThat(failed.code()).isEqualTo(ErrorCode.ASSET_FAILED);
    assertThat(failed)
        .hasMessage("The stream failed after row 50000: java.io.IOException: the source broke");
    assertThat(reader.closed).isEqualTo(1);
    assertThat(scratch.value("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'"))
        .isEqualTo("0");
  }

  @Test
  void readerThatIsNeverRead_isClosedToo() {
    Counting reader = new Counting(allocator, 10, Long.MAX_VALUE);
    assertThat(with(reader, StreamedRelation::reading)).isEqualTo(StreamedRelation.Reading.ONCE);
    assertThat(reader.closed).isEqualTo(1);
  }

  @Test
  void readerThatIsReadInPart_isClosedToo() {
    Counting reader = new Counting(allocator, 1_000_000, Long.MAX_VALUE);
    List<Long> read =
        with(
            reader,
            relation ->
                session.query(
                    "SELECT id FROM (" + relation.select() + ") LIMIT 3", row -> row.getLong(1)));
    assertThat(read).hasSize(3);
    assertThat(reader.closed).isEqualTo(1);
  }

  @Test
  void twoStreams_onOneSession_doNotMeet() {
    Counting one = new Counting(allocator, 30_000, Long.MAX_VALUE);
    Counting two = new Counting(allocator, 20_000, Long.MAX_VALUE);
    String counts =
        with(
            one,
            first ->
                with(
                    two,
                    second ->
                        session
                            .queryFirst(
                                "SELECT (SELECT count(*) FROM (%s)) || ' ' || (SELECT count(*) FROM (%s))"
                                    .formatted(first.select(), second.select()),
                                row -> row.getString(1))
                            .orElseThrow()));
    assertThat(counts).isEqualTo("30000 20000");
  }
}
