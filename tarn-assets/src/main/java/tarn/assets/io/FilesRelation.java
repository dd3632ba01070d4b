package tarn.assets.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tarn.assets.Output;
import tarn.assets.file.EngineFiles;
import tarn.assets.file.XmlText;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.Session;

/**
 * Files of one format as a relation: the engine's own readers, which find the columns by name over
 * all the files together. A malformed file is an error.
 */
final class FilesRelation {
  private FilesRelation() {}

  static <T> T with(Session session, Output.Files files, Function<StreamedRelation, T> work) {
    List<Path> paths = files.paths().stream().map(FilesRelation::checked).toList();
    if (paths.isEmpty()) {
      throw new TarnException(
          ErrorCode.ASSET_FAILED,
          "The output names no files, so it has no columns.",
          "Return at least one file.");
    }
    String list = EngineFiles.list(paths);
    // Folder names such as year=2024 are no columns of a file.
    String options = ", union_by_name = true, hive_partitioning = false)";
    return switch (files.format()) {
      case CSV -> engine("read_csv(" + list + options, work);
      case JSON -> engine("read_json(" + list + options, work);
      case NDJSON -> engine("read_ndjson(" + list + options, work);
      case PARQUET -> engine("read_parquet(" + list + options, work);
      case XML -> xml(session, paths, work);
    };
  }

  private static <T> T engine(String call, Function<StreamedRelation, T> work) {
    return work.apply(StreamedRelation.query("SELECT * FROM " + call));
  }

  /** One file as a row. */
  record Document(String file, String content) {}

  private static <T> T xml(Session session, List<Path> paths, Function<StreamedRelation, T> work) {
    return RowsRelation.with(
        session,
        new Output.Rows<>(Document.class, paths.stream().map(FilesRelation::document)),
        work);
  }

  private static Document document(Path path) {
    try {
      return new Document(path.toString(), XmlText.read(path));
    } catch (IOException e) {
      throw unreadable(path, e);
    } catch (XmlText.Malformed e) {
      throw new TarnException(
          ErrorCode.ASSET_FAILED,
          path + " is no well-formed XML, line " + e.line() + ": " + e.getMessage(),
          "Mend the file, or land it as a source asset, which quarantines it.",
          e);
    }
  }

  private static Path checked(Path path) {
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw unreadable(path, null);
    }
    return path.toAbsolutePath().normalize();
  }

  private static TarnException unreadable(Path path, @Nullable IOException cause) {
    return new TarnException(
        ErrorCode.ASSET_FAILED,
        "The file " + path + " cannot be read" + (cause == null ? "." : ": " + cause),
        "Check that it is there and that this user may read it.",
        cause);
  }
}
