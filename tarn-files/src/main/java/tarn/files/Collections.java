package tarn.files;

import java.util.List;
import java.util.regex.Pattern;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.lake.TableName;
import tarn.lake.TableState;
import tarn.lake.Tables;

/** Tables of the lake whose rows are files. */
public final class Collections {
  /** The column that holds references in a collection. */
  static final String FILE = "file";

  /** Held by whoever adds references and by whoever removes blobs without any. */
  static final TableName BLOBS = new TableName("_tarn", "blobs");

  private static final Pattern NAME =
      Pattern.compile("([A-Za-z][A-Za-z0-9_]*)\\.([A-Za-z_][A-Za-z0-9_]*)");

  private Collections() {}

  /**
   * A collection's name as a person types it.
   *
   * @throws TarnException {@code usage} when it is none
   */
  public static TableName parse(String text) {
    var matcher = NAME.matcher(text);
    if (!matcher.matches()) {
      throw new TarnException(
          ErrorCode.USAGE,
          "`" + text + "` is no name of a collection.",
          "Write schema.name with letters, digits and underscores, such as imaging.ct_2026.");
    }
    return new TableName(matcher.group(1), matcher.group(2));
  }

  static void create(Session session, TableName collection) {
    session.execute(
        "CREATE SCHEMA IF NOT EXISTS %s.\"%s\"".formatted(Lake.NAME, collection.schema()));
    session.execute(
        """
        CREATE TABLE IF NOT EXISTS %s (path VARCHAR, %s %s, format VARCHAR, finding VARCHAR,
          modified_at TIMESTAMPTZ, added_at TIMESTAMPTZ)"""
            .formatted(collection.quoted(), FILE, FileReference.SQL_TYPE));
  }

  /** Whether a table can take files: it is one of ours, or is not there yet. */
  static void requireCollection(Session session, TableName name) {
    Tables.find(session, name)
        .filter(table -> !isCollection(table))
        .ifPresent(
            table -> {
              throw new TarnException(
                  ErrorCode.USAGE,
                  "The table " + name + " is no collection of files.",
                  "Choose another name; `tarn files ls` lists the collections.");
            });
  }

  /**
   * @throws TarnException {@code file.unknown} when it is not there
   */
  static void requireThere(Session session, TableName name) {
    if (Tables.find(session, name).filter(Collections::isCollection).isEmpty()) {
      throw new TarnException(
          ErrorCode.FILE_UNKNOWN,
          "The lake has no collection " + name + ".",
          "`tarn files ls` lists the collections.");
    }
  }

  /** The files of models are a collection that only pushes add to. */
  static void requireChangeable(TableName name) {
    if (name.folded().equals(ModelTables.FILES.folded())) {
      throw new TarnException(
          ErrorCode.USAGE,
          "The files of models do not change.",
          "`tarn models push` makes another version.");
    }
  }

  private static boolean isCollection(TableState table) {
    return table.columns().stream()
        .anyMatch(
            column -> column.name().equals(FILE) && column.type().startsWith("STRUCT(uri VARCHAR"));
  }

  /** Every column of the lake that holds references, as the session sees it. */
  static List<Column> all(Session session) {
    return session.query(
        """
        SELECT schema_name, table_name, column_name FROM duckdb_columns()
        WHERE database_name = ? AND replace(data_type, '"', '') = ? ORDER BY ALL""",
        row -> new Column(new TableName(row.getString(1), row.getString(2)), row.getString(3)),
        Lake.NAME,
        FileReference.SQL_TYPE.replace("\"", ""));
  }

  record Column(TableName table, String name) {}
}
