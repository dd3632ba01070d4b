package tarn.assets.io;

import java.util.function.Function;
import tarn.assets.Output;
import tarn.lake.Session;

/** A stream of records as a relation. */
final class RowsRelation {
  private RowsRelation() {}

  static <T> T with(
      Session session, Output.Rows<?> rows, Function<StreamedRelation, T> work) {
    return work.apply(StreamedRelation.query(Unbuilt.select(rows)));
  }
}
