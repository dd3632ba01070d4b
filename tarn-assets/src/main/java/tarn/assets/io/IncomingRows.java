package tarn.assets.io;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.ToLongFunction;
import tarn.assets.AssetKey;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.ContentSum;
import tarn.lake.ContentTap;
import tarn.lake.Session;
import tarn.lake.Sql;

/** An output's rows under the columns, order and types of its table. */
final class IncomingRows {
  private final AssetKey key;
  private final StreamedRelation relation;
  private final OutputShape shape;
  private final SchemaPlan plan;
  private final Optional<ContentTap> tap;

  /**
   * @param tap nothing when no data version is wanted
   */
  IncomingRows(
      AssetKey key,
      StreamedRelation relation,
      OutputShape shape,
      SchemaPlan plan,
      Optional<ContentTap> tap) {
    this.key = key;
    this.relation = relation;
    this.shape = shape;
    this.plan = plan;
    this.tap = tap;
  }

  /** How many rows went past, and their sum when it was asked for. */
  record Streamed(long rows, Optional<ContentSum> sum) {}

  List<String> columns() {
    return plan.names();
  }

  /** SQL of the number that stands for one of these rows in a data version. */
  String rowNumber() {
    return RowNumber.of(plan.columns());
  }

  /** The version of a relation that has these columns, all of it read for the purpose. */
  DataVersion versionOf(Session session, String engine, String relation) {
    return DataVersion.of(session, engine, relation, plan.columns());
  }

  /** One SELECT over the output: its columns by position, cast and named as the table has them. */
  String select() {
    StringJoiner aliases = new StringJoiner(", ", "(", ")");
    for (int column = 0; column < shape.columns().size(); column++) {
      aliases.add("c" + column);
    }
    StringJoiner casts = new StringJoiner(", ");
    for (SchemaPlan.Target target : plan.columns()) {
      SqlType given = shape.columns().get(target.source()).type();
      String value = "c" + target.source();
      casts.add(
          (given.equals(target.type())
                  ? value
                  : "CAST(" + value + " AS " + target.type().sql() + ")")
              + " AS "
              + Sql.identifier(target.name()));
    }
    return "SELECT " + casts + " FROM (" + shape.select() + "\n) AS _output" + aliases;
  }

  /** Streams them into a table through one statement. */
  Streamed insertInto(Session session, String table, List<String> orderedBy) {
    String order = orderedBy.isEmpty() ? "" : " ORDER BY " + String.join(", ", orderedBy);
    String insert = "INSERT INTO %s (%s) ".formatted(table, Sql.identifiers(columns()));
    return stream(rows -> session.update(insert + rows + order));
  }

  /** Streams them into a new table that only this session sees and that may spill to disk. */
  Streamed stage(Session session, String table) {
    return stream(rows -> Staging.create(session, table, rows));
  }

  /** Reads them for their sum alone. */
  DataVersion read(Session session, String engine) {
    return versionOf(session, engine, "(" + select() + ")");
  }

  private Streamed stream(ToLongFunction<String> write) {
    if (tap.isEmpty()) {
      return counted(write.applyAsLong(select()), Optional.empty());
    }
    try (ContentTap.Flow flow = tap.get().open()) {
      String tapped =
          "SELECT * FROM (%s) AS _rows WHERE %s".formatted(select(), flow.condition(rowNumber()));
      long rows = write.applyAsLong(tapped);
      return counted(rows, Optional.of(flow.sum()));
    }
  }

  /** Every witness of the stream must have seen as many rows as were written. */
  private Streamed counted(long written, Optional<ContentSum> sum) {
    OptionalLong handedOver = relation.count();
    if (handedOver.isPresent() && handedOver.getAsLong() != written) {
      throw lost(handedOver.getAsLong(), "were handed over", written);
    }
    if (sum.isPresent() && sum.get().rows() != written) {
      throw lost(sum.get().rows(), "went past the content tap", written);
    }
    return new Streamed(written, sum);
  }

  private TarnException lost(long rows, String where, long written) {
    return new TarnException(
        ErrorCode.ENGINE_FAILED,
        "Of the output of %s, %d rows %s but %d were written; nothing was committed."
            .formatted(key, rows, where, written),
        "Run it again; if it happens again, report it with the asset's code.");
  }
}
