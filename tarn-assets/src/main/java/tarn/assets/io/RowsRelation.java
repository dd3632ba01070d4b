package tarn.assets.io;

import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import tarn.assets.Output;
import tarn.lake.Session;

/** A stream of records as a relation: the engine takes it batch by batch. */
final class RowsRelation {
  private RowsRelation() {}

  static <T> T with(Session session, Output.Rows<?> output, Function<StreamedRelation, T> work) {
    try (var rows = output.rows();
        BufferAllocator allocator = new RootAllocator()) {
      List<RecordColumn> columns = RecordColumns.of(output.type());
      return ArrowView.with(session, new RowsReader(columns, rows, allocator), work);
    }
  }
}
