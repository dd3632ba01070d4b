package tarn.gateway.dicomweb;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * An instance as the tables have it.
 *
 * @param header in the DICOM JSON model
 * @param pixelOffset of native pixels, or of encapsulated ones; -1 when there are none to be had
 * @param fragments of encapsulated pixels
 * @param frameStarts of encapsulated pixels with an offset table: where the first item of each
 *     frame begins
 */
record Instance(
    String study,
    String series,
    String uid,
    String collection,
    String path,
    JsonNode header,
    String transferSyntax,
    long pixelOffset,
    long pixelLength,
    List<Fragment> fragments,
    List<Long> frameStarts) {

  record Fragment(long offset, long length) {}

  /** Whether offsets in the header are offsets in the file. */
  boolean deflated() {
    return switch (transferSyntax) {
      case "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205" -> true;
      default -> false;
    };
  }

  /** A whole number of the header. */
  long number(String tag, long otherwise) {
    return header.path(tag).path("Value").path(0).asLong(otherwise);
  }

  String url(String schema) {
    return Scope.url(schema, study, series, uid);
  }
}
