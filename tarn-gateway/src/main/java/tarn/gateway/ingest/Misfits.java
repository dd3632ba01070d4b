package tarn.gateway.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tarn.gateway.omop.CommonDataModel;
import tarn.lake.Session;
import tarn.lake.Sql;
import tarn.lake.TableName;

/** What of a landed delivery did not fit, in numbers: which column, what was wrong, how often. */
final class Misfits {
  private static final int MOST = 100;

  private Misfits() {}

  static List<Delivery.Misfit> of(Session session, Delivery delivery, String file) {
    List<Delivery.Misfit> found = new ArrayList<>();
    if (delivery.quarantined() > 0) {
      found.addAll(quarantined(session, delivery.table(), file));
    }
    if (delivery.model().isPresent() && delivery.rows() > 0) {
      found.addAll(tooLong(session, delivery.table(), file));
    }
    return found;
  }

  /** The reasons without the values in them, so that those that are alike are counted together. */
  private static List<Delivery.Misfit> quarantined(Session session, TableName table, String file) {
    return session.query(
        """
        SELECT "column", regexp_replace(reason, '^`.*` is no ', 'a value is no ', 's') AS why, \
        count(*), nullif(min(line), 0) FROM %s WHERE _source_file = ? \
        GROUP BY ALL ORDER BY count(*) DESC, why LIMIT %d"""
            .formatted(new TableName(table.schema(), table.table() + "_quarantine").quoted(), MOST),
        row ->
            new Delivery.Misfit(
                Optional.ofNullable(row.getString(1)),
                Objects.requireNonNull(row.getString(2)),
                row.getLong(3),
                Optional.of(row.getLong(4)).filter(line -> line > 0)),
        file);
  }

  /** Texts that are longer than the model allows are kept as they are, and told. */
  private static List<Delivery.Misfit> tooLong(Session session, TableName table, String file) {
    List<Delivery.Misfit> found = new ArrayList<>();
    for (CommonDataModel.Field field : CommonDataModel.fields(table.table())) {
      if (field.length().isEmpty()) {
        continue;
      }
      int length = field.length().get();
      long rows =
          session
              .queryFirst(
                  "SELECT count(*) FROM %s WHERE _source_file = ? AND length(%s) > %d"
                      .formatted(table.quoted(), Sql.identifier(field.column().name()), length),
                  row -> row.getLong(1),
                  file)
              .orElse(0L);
      if (rows > 0) {
        found.add(
            new Delivery.Misfit(
                Optional.of(field.column().name()),
                "a text is longer than " + length + " characters, and is kept as it is",
                rows,
                Optional.empty()));
      }
    }
    return found;
  }
}
