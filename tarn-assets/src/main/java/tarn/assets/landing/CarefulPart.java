package tarn.assets.landing;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Files that are read here, record by record, each with its line and its problem.
 *
 * @param stream a SELECT over {@link CarefulRow}s on the session that reads it
 */
record CarefulPart(List<LandingFile> files, Contents contents, TextColumns columns, String stream)
    implements Part {

  /** What a careful row's fields are. */
  enum Contents {
    /** The texts of the expected columns. */
    COLUMNS,
    /** The text of a JSON object. */
    OBJECT
  }

  @Override
  public String rows() {
    return columns.fitting(texts());
  }

  @Override
  public Optional<String> malformed() {
    return Optional.of(columns.malformed(texts()));
  }

  private String texts() {
    return switch (contents) {
      case COLUMNS ->
          "SELECT file AS f, line AS l, problem AS p, raw AS r, %s FROM (%s)"
              .formatted(
                  IntStream.range(0, columns.expected().columns().size())
                      .mapToObj(index -> "fields[%d] AS t%d".formatted(index + 1, index))
                      .collect(Collectors.joining(", ")),
                  stream);
      case OBJECT ->
          JsonTexts.ofObjects(
              columns.expected(),
              "SELECT file AS f, line AS l, problem AS p0, raw AS r, fields[1] AS j FROM ("
                  + stream
                  + ")");
    };
  }
}
