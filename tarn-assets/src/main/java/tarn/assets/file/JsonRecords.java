package tarn.assets.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Splits a file of JSON into the texts of its values without judging them: one a line, or one after
 * the other, in an array or not. What cannot be told apart is given with its problem.
 */
public final class JsonRecords implements Closeable {
  private final RecordBuffer buffer;
  private final Layout layout;
  private boolean inArray;
  private long arrayLine;

  /** Where values begin and end. */
  public enum Layout {
    /** Each line is a value; empty lines are none. */
    LINES,
    /** The elements of an array, or values one after the other. */
    VALUES
  }

  /** A value's text, or what is wrong where one should be. */
  public sealed interface Item {
    /** The physical line on which it begins, from 1. */
    long line();

    record Value(long line, String text) implements Item {}

    record Problem(long line, String reason) implements Item {}
  }

  /**
   * @param in the file's bytes, unpacked; closed with this
   */
  public JsonRecords(InputStream in, Layout layout) throws IOException {
    this.buffer = new RecordBuffer(in, StandardCharsets.UTF_8);
    this.layout = layout;
  }

  /** The next one, or null at the end. */
  public @Nullable Item next() throws IOException {
    return switch (layout) {
      case LINES -> nextLine();
      case VALUES -> nextValue();
    };
  }

  /** The text that {@link #next} gave last, as far as it can be decoded. */
  public String raw() {
    return buffer.text();
  }

  @Override
  public void close() throws IOException {
    buffer.close();
  }

  private @Nullable Item nextLine() throws IOException {
    while (true) {
      buffer.begin();
      long line = buffer.line();
      if (buffer.peek() == RecordBuffer.END) {
        return end(line);
      }
      buffer.toLineEnd();
      buffer.end();
      if (buffer.tooLong()) {
        return tooLong(line);
      }
      boolean broken = buffer.brokenOff();
      buffer.lineEnd();
      String text = buffer.text();
      if (!text.isBlank() || broken) {
        return item(line, text);
      }
    }
  }

  private @Nullable Item nextValue() throws IOException {
    while (true) {
      skipBetween();
      buffer.begin();
      long line = buffer.line();
      int value = buffer.peek();
      if (value == RecordBuffer.END) {
        return end(line);
      }
      if (value == '[' && !inArray) {
        buffer.advance();
        inArray = true;
        arrayLine = line;
        continue;
      }
      if (value == ']' && inArray) {
        buffer.advance();
        inArray = false;
        continue;
      }
      return value(line);
    }
  }

  /** Skips white space and the commas between an array's elements. */
  private void skipBetween() throws IOException {
    while (true) {
      int value = buffer.peek();
      if (value == ' ' || value == '\t' || (value == ',' && inArray)) {
        buffer.begin();
        buffer.advance();
      } else if (RecordBuffer.isLineEnd(value)) {
        buffer.begin();
        buffer.lineEnd();
      } else {
        return;
      }
    }
  }

  private Item value(long line) throws IOException {
    Optional<String> problem =
        switch (buffer.peek()) {
          case '{', '[' -> nested();
          case '"' -> string() ? Optional.empty() : Optional.of("a text is not closed");
          default -> plain();
        };
    if (buffer.tooLong()) {
      return tooLong(line);
    }
    buffer.end();
    buffer.countLines();
    if (problem.isPresent()) {
      buffer.takeDamage();
      return new Item.Problem(line, problem.get());
    }
    return item(line, buffer.text());
  }

  /** An object or an array to its closing bracket. */
  private Optional<String> nested() throws IOException {
    Deque<Integer> open = new ArrayDeque<>();
    do {
      int value = buffer.peek();
      if (value == RecordBuffer.END || buffer.tooLong()) {
        return Optional.of("the value is cut off");
      }
      if (value == '"') {
        if (!string()) {
          return Optional.of("the value is cut off within a text");
        }
        continue;
      }
      buffer.advance();
      if (value == '{' || value == '[') {
        open.push(value);
      } else if (value == '}' || value == ']') {
        int opened = open.pop();
        if ((opened == '{') != (value == '}')) {
          buffer.toLineEnd();
          return Optional.of("a bracket is closed by one of the other kind");
        }
      }
    } while (!open.isEmpty());
    return Optional.empty();
  }

  private boolean string() throws IOException {
    buffer.advance();
    while (true) {
      int value = buffer.peek();
      if (value == RecordBuffer.END || buffer.tooLong()) {
        return false;
      }
      buffer.advance();
      if (value == '\\' && buffer.peek() != RecordBuffer.END) {
        buffer.advance();
      } else if (value == '"') {
        return true;
      }
    }
  }

  /** A number, a word, or something that is no JSON. */
  private Optional<String> plain() throws IOException {
    do {
      buffer.advance();
    } while (!endsPlain(buffer.peek()) && !buffer.tooLong());
    return Optional.empty();
  }

  private static boolean endsPlain(int value) {
    return value == RecordBuffer.END || " \t\r\n,]}[{\"".indexOf(value) >= 0;
  }

  private Item item(long line, String text) {
    if (buffer.brokenOff()) {
      return new Item.Problem(line, buffer.takeDamage().orElseThrow());
    }
    return buffer
        .unreadable(text)
        .<Item>map(reason -> new Item.Problem(line, reason))
        .orElseGet(() -> new Item.Value(line, text));
  }

  private @Nullable Item end(long line) {
    Optional<String> damage = buffer.takeDamage();
    if (damage.isPresent()) {
      inArray = false;
      return new Item.Problem(line, damage.get());
    }
    if (inArray) {
      inArray = false;
      return new Item.Problem(
          line, "the array that begins on line " + arrayLine + " is not closed");
    }
    return null;
  }

  private Item tooLong(long line) throws IOException {
    buffer.end();
    buffer.countLines();
    buffer.dropToLineEnd();
    buffer.lineEnd();
    return new Item.Problem(
        line, "the value is longer than " + (RecordBuffer.LONGEST >> 20) + " MB");
  }
}
