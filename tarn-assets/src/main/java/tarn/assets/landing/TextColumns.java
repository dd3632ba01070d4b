package tarn.assets.landing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.LandingSource.Presence;
import tarn.lake.Sql;

/**
 * SQL over a relation of records as they come: {@code f} the landing file's name, {@code t0},
 * {@code t1} … the columns' values in the order that is expected, and, where somebody knows them,
 * {@code l} the line, {@code p} the problem and {@code r} the raw text.
 *
 * @param given the types of the values in the files; nothing when all of them are text
 */
record TextColumns(Expected expected, Optional<List<String>> given, StrictCast casts) {

  /**
   * Every record as a row; a value that does not fit is an error that names the file. One condition
   * for all columns, and not in a filter: the engine would push it down and compute the values
   * twice.
   */
  String strict(String texts) {
    List<String> values = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (int index = 0; index < expected.columns().size(); index++) {
      StrictCast.Quick cast = quick(index);
      values.add(cast.value() + " AS " + Sql.identifier(expected.names().get(index)));
      if (required(index)) {
        wrong.add("(" + cast.value() + ") IS NULL");
      } else if (!cast.value().equals("t" + index)) {
        wrong.add("(%s IS NULL AND t%d IS NOT NULL)".formatted(cast.value(), index));
      }
      cast.wrong().ifPresent(wrong::add);
    }
    String file =
        wrong.isEmpty()
            ? "f"
            : "CASE WHEN %s THEN error('a malformed value in ' || f) ELSE f END"
                .formatted(String.join(" OR ", wrong));
    return "SELECT %s, %s AS %s FROM (%s)"
        .formatted(String.join(", ", values), file, Expected.SOURCE_FILE, texts);
  }

  private StrictCast.Quick quick(int index) {
    String type = expected.columns().get(index).type();
    boolean text = given.map(types -> types.get(index)).orElse("VARCHAR").equals("VARCHAR");
    return text
        ? casts.quick("t" + index, type)
        : new StrictCast.Quick(value(index), Optional.empty());
  }

  /** The records that fit, as rows. */
  String fitting(String texts) {
    return fitting(texts, "");
  }

  /** The same with the record's number in its file, which the engine counts for some formats. */
  String fittingNumbered(String texts) {
    return fitting(texts, ", l AS " + Expected.SOURCE_ROW);
  }

  private String fitting(String texts, String number) {
    return "SELECT %s, f AS %s%s FROM (%s) WHERE NOT (%s)"
        .formatted(
            named(),
            Expected.SOURCE_FILE,
            number,
            valued(texts, List.of("f", "l", "p")),
            ill("p IS NOT NULL"));
  }

  /**
   * The others: {@code _source_file}, {@code line}, {@code column}, {@code reason}, {@code raw}.
   */
  String malformed(String texts) {
    StringBuilder column = new StringBuilder("CASE WHEN p IS NOT NULL THEN NULL");
    StringBuilder reason = new StringBuilder("CASE WHEN p IS NOT NULL THEN p");
    for (int index = 0; index < expected.columns().size(); index++) {
      Column of = expected.columns().get(index);
      String condition = " WHEN " + ill(index) + " THEN ";
      column.append(condition).append(Sql.literal(of.name()));
      reason
          .append(condition)
          .append(
              "coalesce('`' || left(CAST(t%d AS VARCHAR), 200) || '` is no ' || %s, 'it has no value')"
                  .formatted(index, Sql.literal(of.type())));
    }
    return """
        SELECT f AS %s, l AS line, %s END AS "column", %s END AS reason, r AS raw \
        FROM (%s) WHERE %s"""
        .formatted(
            Expected.SOURCE_FILE,
            column,
            reason,
            valued(texts, List.of("f", "l", "p", "r")),
            ill("p IS NOT NULL"));
  }

  private String named() {
    return indexes()
        .mapToObj(
            index -> "v%d AS %s".formatted(index, Sql.identifier(expected.names().get(index))))
        .collect(Collectors.joining(", "));
  }

  private String valued(String texts, List<String> others) {
    List<String> selected = new ArrayList<>(others);
    for (int index = 0; index < expected.columns().size(); index++) {
      selected.add("t" + index);
      selected.add(value(index) + " AS v" + index);
    }
    return "SELECT " + String.join(", ", selected) + " FROM (" + texts + ")";
  }

  /** A value that is no text fits a type when it comes back from it as it was. */
  private String value(int index) {
    String text = "t" + index;
    String type = expected.columns().get(index).type();
    String from = given.map(types -> types.get(index)).orElse("VARCHAR");
    if (from.equals(type)) {
      return text;
    }
    if (from.equals("JSON")) {
      return NestedJson.cast(text, type);
    }
    return from.equals("VARCHAR")
        ? casts.of(text, type)
        : "CASE WHEN TRY_CAST(TRY_CAST(%1$s AS %2$s) AS %3$s) = %1$s THEN TRY_CAST(%1$s AS %2$s) END"
            .formatted(text, type, from);
  }

  /** A condition that is true for a record that does not fit; never null. */
  private String ill(String otherwise) {
    return IntStream.range(0, expected.columns().size())
        .filter(index -> required(index) || !value(index).equals("t" + index))
        .mapToObj(this::ill)
        .collect(Collectors.joining(" OR ", otherwise + " OR ", ""))
        .replaceFirst(" OR $", "");
  }

  private String ill(int index) {
    return required(index)
        ? "(v%d IS NULL)".formatted(index)
        : "(t%d IS NOT NULL AND v%d IS NULL)".formatted(index, index);
  }

  private boolean required(int index) {
    return expected.columns().get(index).presence() == Presence.OF_EACH_VALUE;
  }

  private IntStream indexes() {
    return IntStream.range(0, expected.columns().size());
  }
}
