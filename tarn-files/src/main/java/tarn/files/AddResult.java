package tarn.files;

import java.util.List;
import java.util.OptionalLong;

/**
 * What became of an addition.
 *
 * @param files that were looked at
 * @param added references that are new in the collection
 * @param replaced references whose path had other content before
 * @param unchanged paths that had this very content
 * @param written blobs and bytes that the store had not had
 * @param unreadable files that were kept although their header could not be read
 * @param remarks what a person should know, such as a DICOM instance that exists with other bytes
 * @param snapshot that made it visible; none when nothing changed
 */
public record AddResult(
    long files,
    long bytes,
    long added,
    long replaced,
    long unchanged,
    Written written,
    long unreadable,
    List<String> remarks,
    OptionalLong snapshot) {

  public record Written(long blobs, long bytes) {}
}
