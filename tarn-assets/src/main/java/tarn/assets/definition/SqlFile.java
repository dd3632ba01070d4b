package tarn.assets.definition;

import java.util.Locale;
import java.util.Optional;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.station.toml.TomlDocument;
import tarn.station.toml.TomlSyntaxException;

/**
 * A SQL asset's file in its two parts: the header, a block comment at the very start whose first
 * line is {@code /* tarn} and which holds TOML, and the query.
 */
record SqlFile(Optional<TomlDocument> header, QueryText query) {
  private static final String OPEN = "/*";
  private static final String CLOSE = "*/";
  private static final String WORD = "tarn";
  private static final String REMEDY =
      "Start the file with a line that is `/* tarn` and nothing else, write TOML on the lines below"
          + " it, and end it with `*/`.";

  static SqlFile parse(String file, String content) {
    int start = content.length() - content.stripLeading().length();
    if (!startsHeader(file, content, start)) {
      refuseLateHeader(file, content);
      return new SqlFile(Optional.empty(), QueryText.of(file, content, 0));
    }
    int headerStart = content.indexOf('\n', start) + 1;
    int close = content.indexOf(CLOSE, start + OPEN.length());
    if (close < headerStart) {
      throw invalid(
          file,
          lineAt(content, start),
          close < 0 ? "the header is never closed." : "the header's first line holds more.");
    }
    try {
      TomlDocument header =
          TomlDocument.parse(content.substring(headerStart, close), lineAt(content, headerStart));
      return new SqlFile(Optional.of(header), QueryText.of(file, content, close + CLOSE.length()));
    } catch (TomlSyntaxException e) {
      throw new TarnException(
          ErrorCode.ASSET_HEADER_INVALID,
          "%s:%d:%d: the header is not TOML: %s."
              .formatted(file, e.line(), e.column(), e.getMessage()),
          "Mend that line. A `*/` inside the header ends it, even in a text.",
          e);
    }
  }

  private static boolean startsHeader(String file, String content, int start) {
    if (!content.startsWith(OPEN, start)) {
      return false;
    }
    String firstLine = lineOf(content, start).substring(OPEN.length()).strip();
    if (firstLine.equals(WORD)) {
      return true;
    }
    // A header that is nearly right must not pass for a comment: its settings would be lost.
    if (firstLine.toLowerCase(Locale.ROOT).matches("tarn\\b.*")) {
      throw invalid(
          file,
          lineAt(content, start),
          "`" + lineOf(content, start).strip() + "` opens no header.");
    }
    return false;
  }

  private static void refuseLateHeader(String file, String content) {
    int line = 1;
    for (String text : content.lines().toList()) {
      String bare = text.strip();
      if (bare.startsWith(OPEN) && bare.substring(OPEN.length()).strip().equals(WORD)) {
        throw invalid(file, line, "the header is not the first thing in the file.");
      }
      line++;
    }
  }

  private static TarnException invalid(String file, int line, String complaint) {
    return new TarnException(
        ErrorCode.ASSET_HEADER_INVALID, "%s:%d: %s".formatted(file, line, complaint), REMEDY);
  }

  private static String lineOf(String content, int start) {
    int end = content.indexOf('\n', start);
    return content.substring(start, end < 0 ? content.length() : end);
  }

  private static int lineAt(String content, int position) {
    return 1 + (int) content.substring(0, position).chars().filter(c -> c == '\n').count();
  }
}
