package tarn.assets.io;

import java.util.Optional;

/** The output's rows are added. */
final class AppendWrite implements TableWrite {

  @Override
  public Written write(Target target) {
    if (target.before().isEmpty()) {
      return ReplaceWrite.first(target);
    }
    target.prepareKeepingRows();
    IncomingRows.Streamed streamed =
        target.incoming().insertInto(target.session(), target.quoted(), target.order());
    Optional<DataVersion> recorded =
        target.changesTable()
            ? Optional.empty()
            : target.recorded().flatMap(History.Recorded::dataVersion);
    if (streamed.rows() == 0 && target.maySkip()) {
      return new Written.Same(recorded);
    }
    return new Written.Changed(
        streamed.rows(),
        streamed.sum().flatMap(sum -> recorded.map(version -> version.plus(sum).sum())));
  }
}
