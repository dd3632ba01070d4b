package tarn.files.dicom;

import java.util.List;

/**
 * Where a file's pixels are.
 *
 * @param offset of the value in the file: the first pixel, or the first item of encapsulated data
 * @param length of the value in bytes, items and all
 * @param fragments of encapsulated data: where each begins, its item's header left out
 * @param frames of encapsulated data with an offset table: where each frame's first item begins
 */
record PixelData(long offset, long length, List<Part> fragments, List<Long> frames) {

  /**
   * @param offset of the first byte in the file
   */
  record Part(long offset, long length) {}
}
