package tarn.gateway.sandbox;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.query.ArrowResult;
import tarn.lake.query.Columns;
import tarn.lake.query.Columns.Rows;
import tarn.lake.query.Exact;

/** Sends a query's result while the engine goes on, a batch at a time. */
public final class ResultWriter {
  private static final int BUFFER = 1 << 18;

  private final Session session;
  private final Path results;
  private final long mostRows;
  private final long mostBytes;
  private final Answer answer;
  private long rows;

  /**
   * @param results where a format that cannot be streamed may be put
   */
  public ResultWriter(Session session, Path results, long mostRows, long mostBytes, Answer answer) {
    this.session = session;
    this.results = results;
    this.mostRows = mostRows;
    this.mostBytes = mostBytes;
    this.answer = answer;
  }

  /** Begins the answer, once it is known that there is a result. */
  @FunctionalInterface
  public interface Answer {
    OutputStream begin(String mediaType);
  }

  /**
   * Runs a query and sends what it finds.
   *
   * @return the number of rows
   * @throws TarnException what the query fails with, also half way, and {@code
   *     query.limit-exceeded}: the answer must not end as if it were complete then
   */
  public long write(String sql, ResultType type) throws IOException {
    Columns columns = Columns.of(session, sql);
    Rows all = new Rows.All();
    switch (type) {
      case ARROW ->
          ArrowResult.read(session, columns.select(Exact::numbers, all), new Batches(type));
      case JSON -> text(columns.selectJson(all), type, new TextRows.JsonArray());
      case NDJSON -> text(columns.selectJson(all), type, new TextRows.JsonLines());
      case CSV ->
          text(
              columns.select((value, _) -> "CAST(" + value + " AS VARCHAR)", all),
              type,
              new TextRows.Csv(columns.columns().stream().map(Columns.Column::name).toList()));
      case PARQUET -> parquet(columns.select(Exact::numbers, new Rows.First(mostRows + 1)), type);
    }
    return rows;
  }

  private OutputStream begin(ResultType type) {
    return new BufferedOutputStream(new Bounded(answer.begin(type.mediaType())), BUFFER);
  }

  /** Closing writes out what is left, and closes also when that fails: it would look complete. */
  private static void complete(OutputStream out) throws IOException {
    out.flush();
    out.close();
  }

  private void count(long more) {
    rows += more;
    if (rows > mostRows) {
      throw tooMuch(mostRows + " rows");
    }
  }

  private static TarnException tooMuch(String limit) {
    return new TarnException(
        ErrorCode.QUERY_LIMIT,
        "The result is larger than the limit of " + limit + ".",
        "Make the query smaller, with LIMIT or a condition.");
  }

  private final class Batches implements ArrowResult.Batches {
    private final ResultType type;
    private @Nullable ArrowStreamWriter writer;
    private @Nullable OutputStream out;
    private @Nullable VectorSchemaRoot root;

    Batches(ResultType type) {
      this.type = type;
    }

    @Override
    public void begin(ArrowReader reader) throws IOException {
      OutputStream begun = ResultWriter.this.begin(type);
      VectorSchemaRoot filled = reader.getVectorSchemaRoot();
      ArrowStreamWriter started = new ArrowStreamWriter(filled, reader, Channels.newChannel(begun));
      started.start();
      out = begun;
      root = filled;
      writer = started;
    }

    @Override
    public void batch() throws IOException {
      count(Objects.requireNonNull(root).getRowCount());
      Objects.requireNonNull(writer).writeBatch();
    }

    @Override
    public void end() throws IOException {
      Objects.requireNonNull(writer).end();
      complete(Objects.requireNonNull(out));
    }
  }

  private void text(String select, ResultType type, TextRows format) throws IOException {
    ArrowResult.read(
        session,
        select,
        new ArrowResult.Batches() {
          private @Nullable OutputStream out;
          private @Nullable VectorSchemaRoot root;

          @Override
          public void begin(ArrowReader reader) throws IOException {
            root = reader.getVectorSchemaRoot();
            OutputStream begun = ResultWriter.this.begin(type);
            format.head(begun);
            out = begun;
          }

          @Override
          public void batch() throws IOException {
            VectorSchemaRoot filled = Objects.requireNonNull(root);
            OutputStream begun = Objects.requireNonNull(out);
            count(filled.getRowCount());
            for (int row = 0; row < filled.getRowCount(); row++) {
              format.row(filled, row, begun);
            }
          }

          @Override
          public void end() throws IOException {
            OutputStream begun = Objects.requireNonNull(out);
            format.foot(begun);
            complete(begun);
          }
        });
  }

  private void parquet(String select, ResultType type) throws IOException {
    Path file = results.resolve(UUID.randomUUID() + ".parquet");
    try {
      count(
          session.update(
              "COPY (%s) TO %s (FORMAT parquet, USE_TMP_FILE false)"
                  .formatted(select, Sql.literal(file.toString()))));
      if (Files.size(file) > mostBytes) {
        throw tooMuch(mostBytes + " bytes");
      }
      OutputStream out = begin(type);
      Files.copy(file, out);
      complete(out);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Counts what goes out. */
  private final class Bounded extends OutputStream {
    private final OutputStream out;
    private long written;

    Bounded(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] content, int offset, int length) throws IOException {
      written += length;
      if (written > mostBytes) {
        throw tooMuch(mostBytes + " bytes");
      }
      out.write(content, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
