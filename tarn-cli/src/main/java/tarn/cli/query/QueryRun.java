package tarn.cli.query;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.cli.text.Style;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.query.ArrowResult;
import tarn.lake.query.Columns;
import tarn.lake.query.Columns.Rows;
import tarn.lake.query.Exact;

/** Runs a query that only reads, and writes what it finds. */
public final class QueryRun {
  /** More rows than a table is for; whoever wants them takes another format. */
  public static final int TABLE_ROWS = 1000;

  /** Text as it is, a line for each row; the engine's JSON writer is built on the same. */
  private static final String LINES =
      "FORMAT csv, QUOTE '', ESCAPE '', DELIMITER E'\\n', HEADER false";

  private final Session session;
  private final Path temporaryFolder;

  /**
   * @param temporaryFolder takes what a stream cannot take piece by piece
   */
  public QueryRun(Session session, Path temporaryFolder) {
    this.session = session;
    this.temporaryFolder = temporaryFolder;
  }

  /**
   * What is wanted of a result.
   *
   * @param maximumRows how many rows at most; null for all, of a table {@link #TABLE_ROWS}
   */
  public record Wish(ResultFormat format, @Nullable Long maximumRows, Style style) {}

  /** Whether all rows of the result were written. */
  public enum Extent {
    ALL,
    /** There were more than a table shows. */
    FIRST_ROWS
  }

  /**
   * Runs one statement.
   *
   * @throws TarnException what {@link ReadOnlyQuery#parse} throws, or what the engine says
   * @throws ClosedOutputException when the reader of the stream has gone away
   */
  public Extent run(String text, Wish wish, Destination destination) {
    Columns columns = columns(text);
    try {
      return switch (destination) {
        case Destination.Stream(OutputStream out) -> write(columns, wish, out);
        case Destination.File(Path path) -> write(columns, wish, path);
      };
    } catch (IOException e) {
      throw failed(e, destination);
    }
  }

  private Columns columns(String text) {
    return switch (ReadOnlyQuery.parse(session, text)) {
      case ReadOnlyQuery.Select(String sql) -> Columns.of(session, sql);
      case ReadOnlyQuery.Explain(String sql) -> explained(sql);
    };
  }

  /** An explanation cannot stand in parentheses, but it is short. */
  private Columns explained(String sql) {
    String rows =
        session
            .query(
                sql,
                row -> "(%s, %s)".formatted(literal(row.getString(1)), literal(row.getString(2))))
            .stream()
            .collect(Collectors.joining(", "));
    return Columns.of(
        session, "SELECT * FROM (VALUES " + rows + ") AS t(explain_key, explain_value)");
  }

  private static String literal(@Nullable String value) {
    return value == null ? "NULL" : Sql.literal(value);
  }

  private Extent write(Columns columns, Wish wish, Path path) throws IOException {
    try (PartFile part = new PartFile(path)) {
      Extent extent = Extent.ALL;
      switch (wish.format()) {
        case CSV, JSON, NDJSON, PARQUET -> copy(columns, wish, part.path().toString());
        case TABLE, ARROW -> {
          try (OutputStream out = Files.newOutputStream(part.path())) {
            extent = write(columns, wish, out);
          }
        }
      }
      part.complete();
      return extent;
    }
  }

  private Extent write(Columns columns, Wish wish, OutputStream out) throws IOException {
    switch (wish.format()) {
      case TABLE -> {
        return TableResult.write(session, columns, wish, out);
      }
      case ARROW -> ArrowResult.write(session, columns.select(Exact::numbers, rows(wish)), out);
      case CSV, JSON, NDJSON -> {
        if (EnginePipe.isPossible()) {
          EnginePipe.run(name -> copy(columns, wish, name), out);
        } else {
          copyThroughFile(columns, wish, out);
        }
      }
      case PARQUET -> copyThroughFile(columns, wish, out);
    }
    return Extent.ALL;
  }

  private void copyThroughFile(Columns columns, Wish wish, OutputStream out) throws IOException {
    Path file = Files.createTempFile(temporaryFolder, "query", "." + wish.format().word());
    try {
      copy(columns, wish, file.toString());
      Files.copy(file, out);
      out.flush();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void copy(Columns columns, Wish wish, String file) {
    String options =
        switch (wish.format()) {
          case CSV -> "FORMAT csv, HEADER true";
          case JSON -> LINES + ", PREFIX E'[\\n\\t', SUFFIX E'\\n]\\n', NEW_LINE E',\\n\\t'";
          case NDJSON -> LINES;
          case PARQUET -> "FORMAT parquet";
          case TABLE, ARROW -> throw new IllegalArgumentException(wish.format().word());
        };
    String select =
        switch (wish.format()) {
          case JSON, NDJSON -> columns.selectJson(rows(wish));
          case PARQUET -> columns.select(Exact::numbers, rows(wish));
          case TABLE, CSV, ARROW -> columns.select((sql, _) -> sql, rows(wish));
        };
    session.execute(
        "COPY (%s) TO %s (%s, USE_TMP_FILE false)".formatted(select, Sql.literal(file), options));
  }

  private static Rows rows(Wish wish) {
    Long maximum = wish.maximumRows();
    return maximum == null ? new Rows.All() : new Rows.First(maximum);
  }

  private static RuntimeException failed(IOException e, Destination destination) {
    String said = String.valueOf(e.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    if (lower.contains("broken pipe") || lower.contains("stream closed")) {
      return new ClosedOutputException(e);
    }
    String where =
        switch (destination) {
          case Destination.Stream _ -> "the standard output";
          case Destination.File(Path path) -> path.toString();
        };
    boolean full = lower.contains("no space left");
    return new TarnException(
        full ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
        "The result cannot be written to " + where + ": " + said,
        full ? "Free some space there, or write elsewhere." : "Check the path and its rights.",
        e);
  }
}
