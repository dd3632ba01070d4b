package tarn.assets.landing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tarn.assets.file.Compression;
import tarn.assets.file.CsvDialect;
import tarn.assets.file.CsvRecords;
import tarn.assets.file.FileHead;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * The beginning of a CSV file: how it is written and what its columns are called. Files that are
 * alike in this are read together.
 *
 * @param names of the columns in the file's order
 * @param damage why there is no header to read, such as a file that lost its content when a machine
 *     went down and is all NUL characters; then there are no names
 */
record CsvHeader(
    CsvDialect dialect, Compression compression, List<String> names, Optional<String> damage) {
  private static final List<String> DELIMITERS = List.of(",", ";", "\t", "|");

  CsvHeader {
    names = List.copyOf(names);
  }

  /**
   * Reads it; nothing when the file is empty.
   *
   * @param expected names of columns, case ignored, by which a delimiter that is not declared is
   *     found; empty when none are declared
   */
  static Optional<CsvHeader> read(LandingFile file, ReaderOptions options, List<String> expected) {
    Compression compression = options.compression().orElseGet(() -> Compression.of(file.path()));
    try {
      FileHead head = FileHead.read(file.path(), compression);
      try {
        return best(file, options, expected, compression, head::open);
      } catch (FileHead.TooShort e) {
        return best(file, options, expected, compression, () -> compression.open(file.path()));
      }
    } catch (IOException e) {
      throw LandingFile.unreadable(file.path(), e);
    }
  }

  /** Opens a file's content from its beginning. */
  @FunctionalInterface
  private interface Opener {
    InputStream open() throws IOException;
  }

  private static Optional<CsvHeader> best(
      LandingFile file,
      ReaderOptions options,
      List<String> expected,
      Compression compression,
      Opener opener)
      throws IOException {
    Charset encoding = options.encoding().orElse(null);
    if (encoding == null) {
      try (InputStream in = opener.open()) {
        encoding = Encodings.of(in);
      }
    }
    CsvHeader best = null;
    for (String delimiter : options.delimiter().map(List::of).orElse(DELIMITERS)) {
      CsvHeader header =
          read(file, options, compression, dialect(options, delimiter, encoding), opener);
      if (header == null) {
        return Optional.empty();
      }
      if (best == null || header.score(expected) > best.score(expected)) {
        best = header;
      }
    }
    return Optional.ofNullable(best);
  }

  private static CsvDialect dialect(ReaderOptions options, String delimiter, Charset encoding) {
    return new CsvDialect(
        delimiter,
        options.quote(),
        options.escape(),
        options.header(),
        options.skippedLines(),
        options.nulls(),
        options.quotedNulls(),
        encoding);
  }

  private long score(List<String> expected) {
    List<String> lower = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    long known =
        expected.stream().filter(name -> lower.contains(name.toLowerCase(Locale.ROOT))).count();
    return known * 10_000 + names.size();
  }

  private static @Nullable CsvHeader read(
      LandingFile file,
      ReaderOptions options,
      Compression compression,
      CsvDialect dialect,
      Opener opener)
      throws IOException {
    try (CsvRecords records = new CsvRecords(opener.open(), dialect)) {
      return switch (records.next()) {
        case null -> null;
        case CsvRecords.Item.Fields(long line, List<@Nullable String> values) ->
            new CsvHeader(
                from(dialect, line), compression, names(file, options, values), Optional.empty());
        case CsvRecords.Item.Problem(long line, String reason) ->
            compression == Compression.NONE && !reason.equals(CsvRecords.HOLDS_NUL)
                ? unreadable(file, options, from(dialect, line), line, reason)
                : new CsvHeader(dialect, compression, List.of(), Optional.of(reason));
      };
    }
  }

  /** Empty lines before the header are skipped like declared ones. */
  private static CsvDialect from(CsvDialect dialect, long line) {
    return new CsvDialect(
        dialect.delimiter(),
        dialect.quote(),
        dialect.escape(),
        dialect.header(),
        (int) line - 1,
        dialect.nulls(),
        dialect.quotedNulls(),
        dialect.encoding());
  }

  private static List<String> names(
      LandingFile file, ReaderOptions options, List<@Nullable String> values) {
    return switch (options.header()) {
      case NONE -> numbered(values.size());
      case NAMES -> named(file, values);
    };
  }

  private static List<String> numbered(int count) {
    List<String> names = new ArrayList<>();
    for (int index = 1; index <= count; index++) {
      names.add("column" + index);
    }
    return names;
  }

  /** A header that ends in delimiters, as some programs write it, has no columns there. */
  private static List<String> named(LandingFile file, List<@Nullable String> values) {
    List<String> names = new ArrayList<>();
    int last = values.size();
    while (last > 1 && Objects.requireNonNullElse(values.get(last - 1), "").isBlank()) {
      last--;
    }
    Set<String> seen = new HashSet<>();
    for (int index = 0; index < last; index++) {
      String name = Objects.requireNonNullElse(values.get(index), "").strip();
      String used = name.isEmpty() ? "column" + (index + 1) : name;
      if (!seen.add(used.toLowerCase(Locale.ROOT))) {
        throw new TarnException(
            ErrorCode.LANDING_INVALID,
            "The header of " + file.name() + " names the column `" + used + "` twice.",
            "Have the file written with different names; case makes no difference.");
      }
      names.add(used);
    }
    return names;
  }

  /** Without a header a malformed first record is one like any other. */
  private static CsvHeader unreadable(
      LandingFile file, ReaderOptions options, CsvDialect dialect, long line, String reason) {
    return switch (options.header()) {
      case NONE -> new CsvHeader(dialect, Compression.NONE, List.of("column1"), Optional.empty());
      case NAMES ->
          throw new TarnException(
              ErrorCode.LANDING_INVALID,
              "The header of %s, line %d, cannot be read: %s.".formatted(file.name(), line, reason),
              "Check the options `encoding`, `quote` and `compression`, or mend the file.");
    };
  }
}
