package tarn.assets.io;

import java.util.Optional;
import tarn.lake.ContentSum;

/** The table is to hold the output and nothing else. */
final class ReplaceWrite implements TableWrite {

  @Override
  public Written write(Target target) {
    if (target.before().isEmpty()) {
      return first(target);
    }
    boolean mayBeSame = target.maySkip();
    if (mayBeSame && target.foresight() == Target.Foresight.LIKELY_SAME) {
      DataVersion version = target.incoming().read(target.session(), target.engine());
      if (holds(target, version)) {
        return new Written.Same(Optional.of(version));
      }
    }
    target.prepare();
    IncomingRows.Streamed streamed =
        target.incoming().insertInto(target.session(), target.quoted(), target.order());
    if (mayBeSame && streamed.sum().isPresent()) {
      DataVersion version = new DataVersion(target.engine(), streamed.sum().get());
      if (holds(target, version)) {
        return new Written.Same(Optional.of(version));
      }
    }
    target.deleteCommittedRows(streamed.rows());
    return new Written.Changed(streamed.rows(), streamed.sum());
  }

  /** A new table, however it will be written from then on. */
  static Written first(Target target) {
    target.prepare();
    IncomingRows.Streamed streamed =
        target.incoming().insertInto(target.session(), target.quoted(), target.order());
    return new Written.Changed(streamed.rows(), streamed.sum());
  }

  /** Whether the committed content is of this version. */
  private static boolean holds(Target target, DataVersion version) {
    Optional<DataVersion> recorded = target.recorded().flatMap(History.Recorded::dataVersion);
    if (recorded.isPresent()) {
      return recorded.get().equals(version);
    }
    String committed = target.quoted() + " WHERE " + target.committed();
    long rows =
        target
            .session()
            .queryFirst("SELECT count(*) FROM " + committed, row -> row.getLong(1))
            .orElseThrow();
    ContentSum sum = version.sum();
    return rows == sum.rows()
        && target
            .incoming()
            .versionOf(target.session(), target.engine(), committed)
            .equals(version);
  }
}
