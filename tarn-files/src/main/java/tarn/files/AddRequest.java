package tarn.files;

import java.nio.file.Path;
import java.util.List;
import tarn.lake.TableName;

/**
 * What is to be added to a collection.
 *
 * @param paths files, folders with all that is below them, zip and tar archives
 */
public record AddRequest(
    List<Path> paths, TableName collection, Archives archives, Damaged damaged) {

  /** What becomes of an archive that is named. */
  public enum Archives {
    /** The files in it are added. */
    UNPACK,
    /** It is added as one file. */
    KEEP
  }

  /** What becomes of a file whose header cannot be read. */
  public enum Damaged {
    /** Nothing at all is added. */
    REFUSE,
    /** It is added as {@code unreadable}, with the finding. */
    KEEP
  }
}
