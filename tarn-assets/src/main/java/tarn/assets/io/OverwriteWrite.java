package tarn.assets.io;

import java.util.Optional;
import tarn.assets.WriteMode;
import tarn.lake.Session;
import tarn.lake.Sql;

/**
 * Partitions that the output holds rows of are replaced; those that are the same are left alone.
 */
final class OverwriteWrite implements TableWrite {
  private final WriteMode.OverwritePartitions mode;

  OverwriteWrite(WriteMode.OverwritePartitions mode) {
    this.mode = mode;
  }

  @Override
  public Written write(Target target) {
    Session session = target.session();
    KeyColumns partitions = KeyColumns.of(target.key(), mode.columns(), target.schema());
    if (target.before().isEmpty()) {
      return ReplaceWrite.first(target);
    }
    target.incoming().stage(session, Staging.ROWS);
    target.prepareKeepingRows();
    long changed = findChanged(target, partitions);
    if (changed == 0 && target.maySkip()) {
      return new Written.Same(target.recorded().flatMap(History.Recorded::dataVersion));
    }
    String isChanged =
        "EXISTS (SELECT 1 FROM %s AS c WHERE %s)"
            .formatted(Staging.CHANGED, partitions.match("c", "t", "IS NOT DISTINCT FROM"));
    session.execute("DELETE FROM %s AS t WHERE %s".formatted(target.quoted(), isChanged));
    String columns = Sql.identifiers(target.incoming().columns());
    String order = target.order().isEmpty() ? "" : " ORDER BY " + String.join(", ", target.order());
    long written =
        session.update(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS t WHERE %s%s"
                .formatted(target.quoted(), columns, columns, Staging.ROWS, isChanged, order));
    return new Written.Changed(written, Optional.empty());
  }

  /** Lists the partitions to replace in a table of the session's own. */
  private static long findChanged(Target target, KeyColumns partitions) {
    if (!target.sparesSame()) {
      return Staging.create(
          target.session(),
          Staging.CHANGED,
          "SELECT DISTINCT " + partitions.list() + " FROM " + Staging.ROWS);
    }
    String sums =
        "SELECT %s, count(*) AS _tarn_rows, sum(%s) AS _tarn_sum FROM %%s GROUP BY %s"
            .formatted(partitions.list(), target.incoming().rowNumber(), partitions.list());
    String concerned =
        "(SELECT t.* FROM %s AS t WHERE EXISTS (SELECT 1 FROM %s AS s WHERE %s))"
            .formatted(
                target.quoted(), Staging.ROWS, partitions.match("s", "t", "IS NOT DISTINCT FROM"));
    return Staging.create(
        target.session(),
        Staging.CHANGED,
        """
        SELECT n.* EXCLUDE (_tarn_rows, _tarn_sum) FROM (%s) AS n LEFT JOIN (%s) AS o ON %s
        WHERE n._tarn_rows IS DISTINCT FROM o._tarn_rows
           OR n._tarn_sum IS DISTINCT FROM o._tarn_sum"""
            .formatted(
                sums.formatted(Staging.ROWS),
                sums.formatted(concerned),
                partitions.match("n", "o", "IS NOT DISTINCT FROM")));
  }
}
