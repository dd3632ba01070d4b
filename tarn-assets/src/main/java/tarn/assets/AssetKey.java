package tarn.assets;

import java.util.List;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.lake.TableName;

/**
 * What an asset is called: one or more segments, written with slashes between ({@code
 * omop/person}).
 *
 * <p>The table of a key: one segment is a table of schema {@code main}; of several, the first is
 * the schema and the rest, joined by underscores, the table.
 */
public record AssetKey(List<String> segments) implements Comparable<AssetKey> {

  public AssetKey {
    segments = List.copyOf(segments);
    if (segments.isEmpty() || segments.stream().anyMatch(AssetKey::unusable)) {
      throw new TarnException(
          ErrorCode.ASSET_KEY_INVALID,
          "`"
              + String.join("/", segments)
              + "` is no asset key: a segment is empty or holds one of / \" * + , ( ) or a space.",
          "Name the asset with letters, digits, `_`, `-` and `.`, segments separated by `/`.");
    }
  }

  public static AssetKey of(String... segments) {
    return new AssetKey(List.of(segments));
  }

  /** Reads {@code omop/person}. */
  public static AssetKey parse(String text) {
    return new AssetKey(List.of(text.split("/", -1)));
  }

  public TableName table() {
    return segments.size() == 1
        ? new TableName("main", segments.getFirst())
        : new TableName(
            segments.getFirst(), String.join("_", segments.subList(1, segments.size())));
  }

  private static boolean unusable(String segment) {
    return segment.isBlank() || segment.chars().anyMatch(c -> "/\"*+,() \t\n".indexOf(c) >= 0);
  }

  @Override
  public int compareTo(AssetKey other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return String.join("/", segments);
  }
}
