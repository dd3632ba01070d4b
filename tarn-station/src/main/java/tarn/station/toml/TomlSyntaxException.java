package tarn.station.toml;

/** A text is no TOML. Its message says what is wrong but repeats nothing of the text. */
public final class TomlSyntaxException extends Exception {
  private final int line;
  private final int column;

  TomlSyntaxException(String message, int line, int column, Throwable cause) {
    super(message, cause);
    this.line = line;
    this.column = column;
  }

  /** Counted from 1, in the file that the text was taken from. */
  public int line() {
    return line;
  }

  /** Counted from 1. */
  public int column() {
    return column;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
