package tarn.testkit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.StringJoiner;

/** Rows as text, so that a test states them in one line. */
final class Texts {
  private Texts() {}

  static String row(ResultSet row) throws SQLException {
    StringJoiner text = new StringJoiner("|");
    for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
      Object value = row.getObject(column);
      text.add(value == null ? "NULL" : value.toString());
    }
    return text.toString();
  }
}
