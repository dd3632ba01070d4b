package tarn.assets.landing;

import java.nio.file.Path;
import tarn.lake.Sql;

/** SQL that turns the engine's name of a file into the landing file's. */
record FileNames(Path station) {
  /** What the engine is told to call the column of a file's name: no column of a file has it. */
  static final String COLUMN = "_tarn_file";

  String expression() {
    String prefix = station + "/";
    return "CASE WHEN starts_with(%1$s, %2$s) THEN %1$s[%3$d:] ELSE %1$s END"
        .formatted(COLUMN, Sql.literal(prefix), prefix.codePointCount(0, prefix.length()) + 1);
  }

  String option() {
    return "filename = " + Sql.literal(COLUMN);
  }
}
