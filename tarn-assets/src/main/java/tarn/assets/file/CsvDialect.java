package tarn.assets.file;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;

/**
 * How a CSV file is written.
 *
 * @param delimiter one to four characters between two fields
 * @param quote around a field that holds delimiters, quotes or line ends
 * @param escape before a quote within a quoted field; usually the quote itself
 * @param skippedLines physical lines before the header, or before the first record
 * @param nulls texts that stand for no value
 * @param quotedNulls whether such a text stands for no value in quotes, too
 */
public record CsvDialect(
    String delimiter,
    Optional<Character> quote,
    Optional<Character> escape,
    Header header,
    int skippedLines,
    List<String> nulls,
    QuotedNulls quotedNulls,
    Charset encoding) {

  public CsvDialect {
    nulls = List.copyOf(nulls);
  }

  /** Whether the first record names the columns. */
  public enum Header {
    NAMES,
    NONE
  }

  /** What a text for no value means when it is quoted. */
  public enum QuotedNulls {
    NO_VALUE,
    TEXT
  }
}
