package tarn.assets.io;

import java.util.function.Function;
import tarn.assets.Output;
import tarn.lake.Session;

/** A stream of Arrow batches as a relation: the engine reads the batches where they lie. */
final class ArrowRelation {
  private ArrowRelation() {}

  static <T> T with(
      Session session, Output.ArrowBatches batches, Function<StreamedRelation, T> work) {
    return ArrowView.with(session, batches.reader(), work);
  }
}
