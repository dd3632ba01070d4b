package tarn.assets;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.ipc.ArrowReader;

/** What an asset yields. However it comes, it is streamed into the lake and never held whole. */
public sealed interface Output {

  /**
   * A lazy query over the lake and over files. The engine writes its result straight into the
   * lake's data files; no row enters this process's heap.
   *
   * @param query a SELECT, without a semicolon
   */
  record Relation(String query) implements Output {}

  /** A stream of Arrow batches; closed when it has been read or has failed. */
  record ArrowBatches(ArrowReader reader) implements Output {}

  /**
   * A stream of records; the columns and their types are the record's components. Closed when it
   * has been read or has failed.
   */
  record Rows<R extends Record>(Class<R> type, Stream<R> rows) implements Output {}

  /** Files of one format, read by the engine as they are. */
  record Files(List<Path> paths, FileFormat format) implements Output {
    public Files {
      paths = List.copyOf(paths);
    }
  }

  static Output relation(String query) {
    return new Relation(query);
  }

  static Output arrow(ArrowReader reader) {
    return new ArrowBatches(reader);
  }

  static <R extends Record> Output rows(Class<R> type, Stream<R> rows) {
    return new Rows<>(type, rows);
  }

  static Output files(FileFormat format, List<Path> paths) {
    return new Files(paths, format);
  }
}
