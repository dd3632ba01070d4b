package tarn.files;

import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;
import tarn.files.format.IndexRow;
import tarn.files.format.IndexTable;
import tarn.lake.Session;
import tarn.lake.Sql;

/** Rows on their way into the lake, in temporary tables of one session, all of them text. */
final class Staging implements AutoCloseable {
  static final String FILES = "temp.main.tarn_files_added";
  private static final List<String> COLUMNS =
      List.of(
          "path",
          "uri",
          "start",
          "length",
          "size",
          "sha256",
          "media_type",
          "etag",
          "version",
          "state",
          "format",
          "finding",
          "modified_at");

  private final Session session;
  private final DuckDBAppender files;
  private final Map<IndexTable, DuckDBAppender> indexes = new LinkedHashMap<>();

  Staging(Session session) {
    this.session = session;
    this.files = table("tarn_files_added", COLUMNS);
  }

  private DuckDBAppender table(String name, List<String> columns) {
    session.execute(
        "CREATE OR REPLACE TEMP TABLE %s (%s)"
            .formatted(
                Sql.identifier(name),
                columns.stream()
                    .map(each -> Sql.identifier(each) + " VARCHAR")
                    .collect(Collectors.joining(", "))));
    try {
      return session.connection().createAppender("temp", "main", name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where the rows of an index are staged: {@code path}, {@code sha256} and {@code c0, c1 …}. */
  static String of(IndexTable index) {
    return "temp.main." + Sql.identifier("tarn_added_" + index.name());
  }

  Iterable<IndexTable> indexes() {
    return indexes.keySet();
  }

  void add(Added added) {
    FileReference file = added.reference();
    try {
      files.beginRow();
      put(files, added.path());
      put(files, file.uri());
      put(files, file.offset().map(String::valueOf).orElse(null));
      put(files, file.length().map(String::valueOf).orElse(null));
      put(files, Long.toString(file.size()));
      put(files, file.sha256().orElse(null));
      put(files, file.mediaType());
      put(files, file.etag().orElse(null));
      put(files, file.version().orElse(null));
      put(files, file.state().text());
      put(files, added.format().orElse(null));
      put(files, added.finding().orElse(null));
      put(files, added.modified().map(Instant::toString).orElse(null));
      files.endRow();
      for (IndexRow row : added.rows()) {
        add(added.path(), file.sha256(), row);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void add(String path, Optional<String> sha256, IndexRow row) throws SQLException {
    DuckDBAppender index = indexes.computeIfAbsent(row.table(), this::table);
    index.beginRow();
    put(index, path);
    put(index, sha256.orElse(null));
    for (String value : row.values()) {
      put(index, value);
    }
    index.endRow();
  }

  private DuckDBAppender table(IndexTable index) {
    List<String> columns =
        IntStream.range(0, index.columns().size()).mapToObj(at -> "c" + at).toList();
    return table(
        "tarn_added_" + index.name(),
        Stream.concat(Stream.of("path", "sha256"), columns.stream()).toList());
  }

  private static void put(DuckDBAppender appender, @Nullable String value) throws SQLException {
    if (value == null) {
      appender.appendNull();
    } else {
      appender.append(value);
    }
  }

  /** Makes what was added visible to the session's queries. */
  void flush() {
    try {
      files.flush();
      for (DuckDBAppender each : indexes.values()) {
        each.flush();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      files.close();
      for (DuckDBAppender each : indexes.values()) {
        each.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    session.execute("DROP TABLE IF EXISTS " + FILES);
    indexes.keySet().forEach(each -> session.execute("DROP TABLE IF EXISTS " + of(each)));
  }
}
