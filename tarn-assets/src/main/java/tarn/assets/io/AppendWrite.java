package tarn.assets.io;

import java.util.Optional;
import tarn.lake.ContentSum;

/**
 * The output's rows are added.
 *
 * @param replaced a condition for rows that give way to them
 */
record AppendWrite(Optional<String> replaced) implements TableWrite {

  @Override
  public Written write(Target target) {
    if (target.before().isEmpty()) {
      return ReplaceWrite.first(target);
    }
    Optional<DataVersion> recorded =
        target.changesTable()
            ? Optional.empty()
            : target.recorded().flatMap(History.Recorded::dataVersion);
    Optional<ContentSum> given = givenWay(target, recorded);
    // Before the rows that stay are written anew for a wider type, and so look like new ones.
    long deleted = giveWay(target);
    target.prepareKeepingRows();
    IncomingRows.Streamed streamed =
        target.incoming().insertInto(target.session(), target.quoted(), target.order());
    if (streamed.rows() == 0 && deleted == 0 && target.maySkip()) {
      return new Written.Same(recorded);
    }
    return new Written.Changed(
        streamed.rows(),
        streamed
            .sum()
            .flatMap(
                sum ->
                    recorded.flatMap(
                        version -> given.map(old -> version.plus(sum).sum().minus(old)))));
  }

  /** What the rows that give way add to the table's recorded version. */
  private Optional<ContentSum> givenWay(Target target, Optional<DataVersion> recorded) {
    if (replaced.isEmpty()) {
      return Optional.of(ContentSum.NONE);
    }
    return recorded.map(
        _ ->
            target
                .incoming()
                .versionOf(target.session(), target.engine(), target.quoted() + where())
                .sum());
  }

  private long giveWay(Target target) {
    return replaced.isEmpty()
        ? 0
        : target.session().update("DELETE FROM " + target.quoted() + where());
  }

  private String where() {
    return " WHERE " + replaced.orElseThrow();
  }
}
