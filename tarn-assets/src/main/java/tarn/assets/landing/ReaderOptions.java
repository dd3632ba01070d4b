package tarn.assets.landing;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tarn.assets.FileFormat;
import tarn.assets.file.Compression;
import tarn.assets.file.CsvDialect.Header;
import tarn.assets.file.CsvDialect.QuotedNulls;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;

/**
 * The reader options of a source asset, under the engine's names and with its meaning.
 *
 * @param delimiter found in each file's header when it is not declared
 * @param encoding UTF-8, or UTF-16 where a file begins with its byte order mark, unless declared
 * @param compression what a file's name says unless declared
 */
record ReaderOptions(
    Optional<String> delimiter,
    Optional<Character> quote,
    Optional<Character> escape,
    Header header,
    int skippedLines,
    List<String> nulls,
    QuotedNulls quotedNulls,
    Optional<Charset> encoding,
    Optional<Compression> compression,
    StrictCast.TextFormats formats) {

  private static final Set<String> CSV =
      Set.of(
          "delim",
          "sep",
          "quote",
          "escape",
          "header",
          "skip",
          "nullstr",
          "allow_quoted_nulls",
          "encoding",
          "compression",
          "dateformat",
          "timestampformat",
          "decimal_separator",
          "thousands");
  private static final Set<String> JSON = Set.of("compression", "dateformat", "timestampformat");

  /**
   * @throws TarnException {@code landing.invalid} naming an option that is not known or has no
   *     possible value
   */
  static ReaderOptions of(FileFormat format, Map<String, Object> options) {
    Set<String> known =
        switch (format) {
          case CSV -> CSV;
          case JSON, NDJSON -> JSON;
          case PARQUET, XML -> Set.of();
        };
    for (String name : options.keySet()) {
      if (!known.contains(name)) {
        throw unknown(format, name, known);
      }
    }
    Values values = new Values(options);
    Optional<Character> quote = values.character("quote", '"');
    return new ReaderOptions(
        values.text("delim").or(() -> values.text("sep")).map(values::delimiter),
        quote,
        quote.flatMap(mark -> values.character("escape", mark)),
        values.flag("header").orElse(true) ? Header.NAMES : Header.NONE,
        values.number("skip").orElse(0),
        nulls(values.texts("nullstr").orElse(List.of())),
        values.flag("allow_quoted_nulls").orElse(true) ? QuotedNulls.NO_VALUE : QuotedNulls.TEXT,
        values.text("encoding").map(ReaderOptions::charset),
        values.text("compression").flatMap(ReaderOptions::compression),
        new StrictCast.TextFormats(
            values.text("dateformat"),
            values.text("timestampformat"),
            values.character("decimal_separator", '.').orElse('.'),
            values
                .text("thousands")
                .flatMap(text -> text.chars().mapToObj(c -> (char) c).findFirst())));
  }

  /** Nothing between two delimiters is no value, whatever else is. */
  private static List<String> nulls(List<String> declared) {
    return Stream.concat(Stream.of(""), declared.stream()).distinct().toList();
  }

  private static TarnException unknown(FileFormat format, String name, Collection<String> known) {
    return new TarnException(
        ErrorCode.LANDING_INVALID,
        "`%s` is no option of a source of %s%s"
            .formatted(
                name, format, known.isEmpty() ? ": it has none." : Nearest.hint(name, known)),
        known.isEmpty()
            ? "Take it out."
            : "Known are " + String.join(", ", known.stream().sorted().toList()) + ".");
  }

  private static Charset charset(String name) {
    String plain =
        switch (name.toLowerCase(Locale.ROOT)) {
          case "latin-1", "latin1" -> "ISO-8859-1";
          case "cp1252", "ansi" -> "windows-1252";
          default -> name;
        };
    try {
      return Charset.forName(plain);
    } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
      throw invalid("encoding", name, "Write it like UTF-8, windows-1252, ISO-8859-1 or UTF-16.");
    }
  }

  private static Optional<Compression> compression(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "auto", "auto_detect" -> Optional.empty();
      case "none" -> Optional.of(Compression.NONE);
      case "gzip" -> Optional.of(Compression.GZIP);
      case "zstd" -> Optional.of(Compression.ZSTD);
      default -> throw invalid("compression", name, "Write none, gzip, zstd or auto.");
    };
  }

  private static TarnException invalid(String option, Object value, String remedy) {
    return new TarnException(
        ErrorCode.LANDING_INVALID,
        "The option `" + option + "` cannot be `" + value + "`.",
        remedy);
  }

  /** Options as they were declared. */
  private record Values(Map<String, Object> options) {
    Optional<String> text(String name) {
      Object value = options.get(name);
      return value == null ? Optional.empty() : Optional.of(String.valueOf(value));
    }

    /** A character; nothing when it is declared as an empty text. */
    Optional<Character> character(String name, char otherwise) {
      Optional<String> text = text(name);
      if (text.isEmpty()) {
        return Optional.of(otherwise);
      }
      if (text.get().isEmpty()) {
        return Optional.empty();
      }
      if (text.get().length() > 1 || text.get().charAt(0) > 127) {
        throw invalid(name, text.get(), "Write one ASCII character.");
      }
      return Optional.of(text.get().charAt(0));
    }

    String delimiter(String text) {
      String plain = text.equals("\\t") ? "\t" : text;
      if (plain.isEmpty() || plain.length() > 4 || plain.contains("\n") || plain.contains("\r")) {
        throw invalid("delim", text, "Write one to four characters.");
      }
      return plain;
    }

    Optional<Boolean> flag(String name) {
      return text(name)
          .map(
              text ->
                  switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw invalid(name, text, "Write true or false.");
                  });
    }

    Optional<Integer> number(String name) {
      return text(name)
          .map(
              text -> {
                try {
                  return Integer.parseUnsignedInt(text);
                } catch (NumberFormatException e) {
                  throw invalid(name, text, "Write a whole number, 0 or more.");
                }
              });
    }

    Optional<List<String>> texts(String name) {
      return switch (options.get(name)) {
        case null -> Optional.empty();
        case List<?> list -> Optional.of(list.stream().map(String::valueOf).toList());
        case Object one -> Optional.of(List.of(String.valueOf(one)));
      };
    }
  }
}
