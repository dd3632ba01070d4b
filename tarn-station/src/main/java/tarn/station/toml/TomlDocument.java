package tarn.station.toml;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * A parsed TOML text: its values as a tree, and the line of each key.
 *
 * <p>Jackson's parser tells where a syntax error is but not where a value stands, so the lines come
 * from {@link TomlLocations}, and only when somebody asks.
 */
public final class TomlDocument {
  private static final TomlMapper MAPPER = new TomlMapper();

  private final JsonNode root;
  private final String text;
  private final int firstLine;

  private TomlDocument(JsonNode root, String text, int firstLine) {
    this.root = root;
    this.text = text;
    this.firstLine = firstLine;
  }

  /**
   * @param firstLine the number that the text's first line has in the file it was taken from
   */
  public static TomlDocument parse(String text, int firstLine) throws TomlSyntaxException {
    try {
      return new TomlDocument(MAPPER.readTree(text), text, firstLine);
    } catch (JacksonException e) {
      throw syntaxError(text, firstLine, e);
    }
  }

  /** A table of values; a date or time in it has become a string. */
  public JsonNode root() {
    return root;
  }

  /**
   * The line of a key, counted as the file counts, or of the nearest part of its path that can be
   * found.
   *
   * @param path keys, and for an array's element its index, such as {@code checks, 0, not_null}
   */
  public int line(List<String> path) {
    Map<List<String>, Integer> lines = TomlLocations.of(text).lines();
    for (int length = path.size(); length > 0; length--) {
      Integer line = lines.get(path.subList(0, length));
      if (line != null) {
        return firstLine + line - 1;
      }
    }
    return firstLine;
  }

  private static TomlSyntaxException syntaxError(
      String text, int firstLine, JacksonException error) {
    // The parser reports a repeated key where the next one starts, which misleads.
    TomlLocations locations = TomlLocations.of(text);
    if (error.getOriginalMessage().startsWith("Duplicate key")
        && locations.repeated() instanceof TomlLocations.Repeated(List<String> path, int line)) {
      return new TomlSyntaxException(
          "the key `" + String.join(".", path) + "` is there twice",
          firstLine + line - 1,
          1,
          error);
    }
    TokenStreamLocation at = error.getLocation();
    String message = error.getOriginalMessage();
    return new TomlSyntaxException(
        Character.toLowerCase(message.charAt(0)) + message.substring(1),
        firstLine + Math.max(at.getLineNr(), 1) - 1,
        Math.max(at.getColumnNr(), 1),
        error);
  }
}
