package tarn.lake.query;

import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.lake.EngineErrors;
import tarn.lake.Session;
import tarn.lake.Sql;

/** A query's columns, each with a name of its own: a second {@code a} is called {@code a_1}. */
public record Columns(String query, List<Column> columns) {

  public record Column(String name, String type) {

    public boolean isNumeric() {
      String word = type.split("\\(", 2)[0];
      return Set.of(
              "TINYINT",
              "SMALLINT",
              "INTEGER",
              "BIGINT",
              "HUGEINT",
              "UTINYINT",
              "USMALLINT",
              "UINTEGER",
              "UBIGINT",
              "UHUGEINT",
              "BIGNUM",
              "FLOAT",
              "DOUBLE",
              "DECIMAL")
          .contains(word);
    }
  }

  /** Asks the engine, which also finds whatever is wrong with the query's names and types. */
  public static Columns of(Session session, String query) {
    try (PreparedStatement statement = session.connection().prepareStatement(query)) {
      ResultSetMetaData metaData = statement.getMetaData();
      List<Column> columns = new ArrayList<>();
      Set<String> taken = new HashSet<>();
      for (int index = 1; index <= metaData.getColumnCount(); index++) {
        columns.add(
            new Column(
                unique(metaData.getColumnName(index), taken), metaData.getColumnTypeName(index)));
      }
      return new Columns(query, List.copyOf(columns));
    } catch (SQLException e) {
      throw EngineErrors.translate(e);
    }
  }

  /** As the engine itself names the columns of a table made from such a query. */
  private static String unique(String name, Set<String> taken) {
    String free = name;
    for (int number = 1; !taken.add(free.toLowerCase(Locale.ROOT)); number++) {
      free = name + "_" + number;
    }
    return free;
  }

  /** The same rows with each column changed: {@code change} gets its SQL and what it is. */
  public String select(BiFunction<String, Column, String> change, Rows rows) {
    String list =
        IntStream.range(0, columns.size())
            .mapToObj(
                at ->
                    change.apply("result.c" + at, columns.get(at))
                        + " AS "
                        + Sql.identifier(columns.get(at).name()))
            .collect(Collectors.joining(", "));
    return selected(list, rows);
  }

  /** The same rows, each as one column that holds a JSON object. */
  public String selectJson(Rows rows) {
    List<String> expressions =
        IntStream.range(0, columns.size()).mapToObj(at -> "result.c" + at).toList();
    return selected(JsonText.row(columns, expressions), rows);
  }

  private String selected(String list, Rows rows) {
    String names =
        IntStream.range(0, columns.size())
            .mapToObj(at -> "c" + at)
            .collect(Collectors.joining(", "));
    return "SELECT %s FROM (%s\n) AS result(%s)%s".formatted(list, query, names, limit(rows));
  }

  private static String limit(Rows rows) {
    return switch (rows) {
      case Rows.All() -> "";
      case Rows.First(long count) -> " LIMIT " + count;
    };
  }

  /** How many of the rows are wanted. */
  public sealed interface Rows {
    /** All of them. */
    record All() implements Rows {}

    /** The first so many. */
    record First(long count) implements Rows {}
  }
}
