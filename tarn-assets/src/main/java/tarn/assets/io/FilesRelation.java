package tarn.assets.io;

import java.util.function.Function;
import tarn.assets.Output;
import tarn.lake.Session;

/** Files of one format as a relation. */
final class FilesRelation {
  private FilesRelation() {}

  static <T> T with(
      Session session, Output.Files files, Function<StreamedRelation, T> work) {
    return work.apply(StreamedRelation.query(Unbuilt.select(files)));
  }
}
