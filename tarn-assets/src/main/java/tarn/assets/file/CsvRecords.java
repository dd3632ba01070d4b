package tarn.assets.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Splits a CSV file into records and finds a place for every byte of it: a record that cannot be
 * understood is given with its problem and its text, and reading goes on after it. What the
 * engine's strict reader accepts is understood in the same way here.
 *
 * <p>A quoted field that is never closed, or that goes on after its closing quote, ends its record
 * at the end of the line on which the record began: otherwise one stray quote would swallow the
 * records after it.
 */
public final class CsvRecords implements Closeable {
  /** The reason of a record that holds a NUL character. */
  public static final String HOLDS_NUL = RecordBuffer.HOLDS_NUL;

  private static final int NONE = -2;
  private static final Optional<String> FINE = Optional.empty();

  private final CsvDialect dialect;
  private final RecordBuffer buffer;
  private final byte[] delimiter;
  private final int quote;
  private final int escape;
  private final List<Field> fields = new ArrayList<>();
  private EmptyLines lines = EmptyLines.PASSED_OVER;

  /** Where a field's text lies in the record. */
  private record Field(int from, int to, boolean quoted, boolean escaped) {}

  /** A record: its fields, or what is wrong with it. */
  public sealed interface Item {
    /** The physical line on which it begins, from 1. */
    long line();

    /** Fields in the file's order; null where there is no value. */
    record Fields(long line, List<@Nullable String> values) implements Item {}

    record Problem(long line, String reason) implements Item {}
  }

  /** What an empty line is: in a file of one column it is a record without a value. */
  public enum EmptyLines {
    PASSED_OVER,
    RECORDS
  }

  /**
   * @param in the file's bytes, unpacked; closed with this
   */
  public CsvRecords(InputStream in, CsvDialect dialect) throws IOException {
    this.dialect = dialect;
    this.buffer = new RecordBuffer(in, dialect.encoding());
    this.delimiter = dialect.delimiter().getBytes(buffer.encoding());
    this.quote = dialect.quote().map(c -> (int) c).orElse(NONE);
    this.escape = quote == NONE ? NONE : dialect.escape().map(c -> (int) c).orElse(NONE);
    for (int skipped = 0; skipped < dialect.skippedLines(); skipped++) {
      buffer.begin();
      buffer.dropToLineEnd();
      buffer.lineEnd();
    }
  }

  /** From now on empty lines are this; at first they are passed over. */
  public void emptyLines(EmptyLines kind) {
    lines = kind;
  }

  /** The next record, or null at the end. */
  public @Nullable Item next() throws IOException {
    while (true) {
      buffer.begin();
      long line = buffer.line();
      fields.clear();
      if (buffer.peek() == RecordBuffer.END) {
        return buffer.takeDamage().map(reason -> new Item.Problem(line, reason)).orElse(null);
      }
      Optional<String> problem = record();
      if (problem.isEmpty() && buffer.length() == 0 && lines == EmptyLines.PASSED_OVER) {
        continue;
      }
      if (problem.isEmpty() && buffer.brokenOff()) {
        problem = buffer.takeDamage();
      }
      return problem
          .<Item>map(reason -> new Item.Problem(line, reason))
          .orElseGet(() -> decoded(line));
    }
  }

  /** The text of the record that {@link #next} gave last, as far as it can be decoded. */
  public String raw() {
    return buffer.text();
  }

  @Override
  public void close() throws IOException {
    buffer.close();
  }

  private Optional<String> record() throws IOException {
    while (true) {
      int from = buffer.offset();
      while (buffer.peek() == ' ') {
        buffer.advance();
      }
      Optional<String> problem;
      if (buffer.peek() == quote) {
        problem = quotedField();
      } else {
        buffer.moveTo(from);
        problem = plainField();
      }
      if (problem.isPresent()) {
        return onlyFirstLine(problem.get());
      }
      if (buffer.tooLong()) {
        return tooLong();
      }
      if (!buffer.startsWith(delimiter)) {
        buffer.end();
        if (fields.stream().anyMatch(Field::quoted)) {
          buffer.countLines();
        }
        buffer.lineEnd();
        return FINE;
      }
      buffer.advance(delimiter.length);
    }
  }

  private Optional<String> plainField() throws IOException {
    int from = buffer.offset();
    int first = delimiter[0] & 0xff;
    for (int value = buffer.peek();
        value != RecordBuffer.END
            && !RecordBuffer.isLineEnd(value)
            && !(value == first && buffer.startsWith(delimiter))
            && !buffer.tooLong();
        value = buffer.peek()) {
      buffer.advance();
    }
    fields.add(new Field(from, buffer.offset(), false, false));
    return FINE;
  }

  private Optional<String> quotedField() throws IOException {
    buffer.advance();
    int from = buffer.offset();
    boolean escaped = false;
    while (true) {
      int value = buffer.peek();
      if (value == RecordBuffer.END || buffer.tooLong()) {
        return Optional.of("a quoted field is not closed");
      }
      buffer.advance();
      if (value == escape) {
        int next = buffer.peek();
        if (next == quote || (next == escape && escape != quote)) {
          escaped = true;
          buffer.advance();
          continue;
        }
        if (escape != quote) {
          return Optional.of("an escape character stands before neither a quote nor itself");
        }
      }
      if (value == quote) {
        fields.add(new Field(from, buffer.offset() - 1, true, escaped));
        return afterQuote();
      }
    }
  }

  private Optional<String> afterQuote() throws IOException {
    while (buffer.peek() == ' ') {
      buffer.advance();
    }
    int next = buffer.peek();
    return next == RecordBuffer.END || RecordBuffer.isLineEnd(next) || buffer.startsWith(delimiter)
        ? FINE
        : Optional.of("a quoted field goes on after its closing quote");
  }

  private Optional<String> onlyFirstLine(String reason) throws IOException {
    buffer.moveTo(0);
    buffer.toLineEnd();
    if (buffer.tooLong()) {
      return tooLong();
    }
    buffer.end();
    buffer.lineEnd();
    return Optional.of(reason);
  }

  private Optional<String> tooLong() throws IOException {
    buffer.end();
    buffer.dropToLineEnd();
    buffer.lineEnd();
    return Optional.of("the record is longer than " + (RecordBuffer.LONGEST >> 20) + " MB");
  }

  private Item decoded(long line) {
    List<@Nullable String> values = new ArrayList<>(fields.size());
    for (Field field : fields) {
      String text = buffer.text(field.from, field.to);
      Optional<String> unreadable = buffer.unreadable(text);
      if (unreadable.isPresent()) {
        return new Item.Problem(line, unreadable.get());
      }
      values.add(value(field, text));
    }
    return new Item.Fields(line, values);
  }

  private @Nullable String value(Field field, String text) {
    String plain = field.escaped ? unescaped(text) : text;
    if (field.quoted && dialect.quotedNulls() == CsvDialect.QuotedNulls.TEXT) {
      return plain;
    }
    return dialect.nulls().contains(plain) ? null : plain;
  }

  private String unescaped(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int index = 0; index < text.length(); index++) {
      if (text.charAt(index) == escape && index + 1 < text.length()) {
        index++;
      }
      plain.append(text.charAt(index));
    }
    return plain.toString();
  }
}
