package tarn.assets.io;

import java.util.function.Function;
import tarn.assets.Output;
import tarn.lake.Session;

/** Hands each kind of output to the file that knows it. */
final class StandardRelationSource implements RelationSource {

  @Override
  public <T> T withRelation(Session session, Output output, Function<StreamedRelation, T> work) {
    return switch (output) {
      case Output.Relation(String query) -> work.apply(StreamedRelation.query(query));
      case Output.ArrowBatches batches -> ArrowRelation.with(session, batches, work);
      case Output.Rows<?> rows -> RowsRelation.with(session, rows, work);
      case Output.Files files -> FilesRelation.with(session, files, work);
    };
  }
}
