package tarn.gateway.ingest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tarn.assets.FileFormat;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** What a delivery may be. */
enum DeliveryFormat {
  CSV(FileFormat.CSV, "text/csv"),
  JSON(FileFormat.JSON, "application/json"),
  NDJSON(FileFormat.NDJSON, "application/x-ndjson"),
  PARQUET(FileFormat.PARQUET, "application/vnd.apache.parquet"),
  /** Turned into Parquet when it is taken in. */
  ARROW(FileFormat.PARQUET, "application/vnd.apache.arrow.stream"),
  XML(FileFormat.XML, "application/xml");

  private static final Set<String> XML_TYPES = Set.of("application/xml", "text/xml");
  private static final Set<String> LINES = Set.of("application/x-ndjson", "application/jsonl");

  private final FileFormat landed;
  private final String mediaType;

  DeliveryFormat(FileFormat landed, String mediaType) {
    this.landed = landed;
    this.mediaType = mediaType;
  }

  FileFormat landed() {
    return landed;
  }

  String suffix() {
    return landed.name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param contentType the header's value
   * @throws TarnException {@code request.media-type}
   */
  static DeliveryFormat of(Optional<String> contentType) {
    String type = contentType.orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (XML_TYPES.contains(type)) {
      return XML;
    }
    if (LINES.contains(type)) {
      return NDJSON;
    }
    return Arrays.stream(values())
        .filter(format -> format.mediaType.equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.REQUEST_MEDIA_TYPE,
                    "A delivery cannot be `" + type + "`.",
                    "It may be "
                        + Arrays.stream(values())
                            .map(format -> format.mediaType)
                            .collect(Collectors.joining(", "))
                        + "."));
  }
}
