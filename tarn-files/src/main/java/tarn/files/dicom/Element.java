package tarn.files.dicom;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A data element as it was read.
 *
 * @param offset of its value in the (inflated) file
 * @param length of its value in bytes
 * @param bytes its value, in the byte order of the data set; null when it is a sequence, or so long
 *     that it was passed over
 * @param items of a sequence
 */
// Elements are never compared.
@SuppressWarnings("ArrayRecordComponent")
record Element(
    int tag, Vr vr, long offset, long length, byte @Nullable [] bytes, List<DataSet> items) {

  Optional<byte[]> content() {
    return Optional.ofNullable(bytes);
  }
}
