package tarn.files.nifti;

import java.nio.ByteOrder;
import java.util.List;

/**
 * A header of either version; field names as in the format.
 *
 * @param dimensions without the number of them
 * @param spacing the sizes of a voxel along these dimensions
 * @param qform 16 numbers, row by row
 * @param sform as {@code qform}
 * @param dataOffset of the first voxel, in the inflated file or in the {@code .img}
 */
record NiftiHeader(
    int version,
    ByteOrder order,
    String magic,
    List<Long> dimensions,
    List<Double> spacing,
    int datatype,
    int bitsPerVoxel,
    double slope,
    double intercept,
    int qformCode,
    int sformCode,
    List<Double> qform,
    List<Double> sform,
    int units,
    int intentCode,
    String intentName,
    List<Double> intentParameters,
    String description,
    String auxiliaryFile,
    double displayMinimum,
    double displayMaximum,
    double timeOffset,
    long dataOffset,
    List<Extension> extensions) {

  /**
   * @param size in bytes, its own 8 and padding included
   */
  record Extension(int code, long offset, long size) {}

  /** Bytes that the voxels take. */
  long dataLength() {
    long voxels = 1;
    for (long each : dimensions) {
      voxels = Math.multiplyExact(voxels, each);
    }
    return Math.ceilDiv(Math.multiplyExact(voxels, (long) bitsPerVoxel), 8L);
  }
}
