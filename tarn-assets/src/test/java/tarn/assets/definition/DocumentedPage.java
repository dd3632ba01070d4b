package tarn.assets.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tarn.testkit.Checkout;

/** A page of the documentation, taken at its word. */
public record DocumentedPage(String path, String text) {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  public static DocumentedPage read(String path) {
    try {
      return new DocumentedPage(path, Files.readString(Checkout.folder().resolve(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands between {@code <!-- name -->} and {@code <!-- /name -->}. */
  public String part(String name) {
    String open = "<!-- " + name + " -->";
    String close = "<!-- /" + name + " -->";
    assertThat(text).as(path).containsOnlyOnce(open).containsOnlyOnce(close);
    return text.substring(text.indexOf(open) + open.length(), text.indexOf(close)).strip();
  }

  /** The cells of the only table in that part, without its head. */
  public List<List<String>> rows(String part) {
    return part(part)
        .lines()
        .skip(2)
        .map(line -> line.substring(1, line.length() - 1))
        .map(line -> Stream.of(line.split("\\|", -1)).map(String::strip).toList())
        .toList();
  }

  /** The blocks of code in that language, in their order. */
  public List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** Every text in backticks. */
  public static List<String> codes(String cell) {
    return Pattern.compile("`([^`]+)`").matcher(cell).results().map(code -> code.group(1)).toList();
  }
}
