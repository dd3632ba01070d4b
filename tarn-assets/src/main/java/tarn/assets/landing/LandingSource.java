package tarn.assets.landing;

import java.util.List;
import java.util.Map;
import tarn.assets.FileFormat;

/**
 * Landing files and what they must hold.
 *
 * @param patterns globs relative to the station's folder
 * @param options the engine's reader options, such as {@code delim}
 * @param columns expected columns in their order; empty means that the engine's sniffer decides
 * @param threshold how many malformed rows make the whole load an error
 */
public record LandingSource(
    List<String> patterns,
    FileFormat format,
    Map<String, Object> options,
    List<Column> columns,
    QuarantineThreshold threshold) {

  public LandingSource {
    patterns = List.copyOf(patterns);
    options = Map.copyOf(options);
    columns = List.copyOf(columns);
  }

  /**
   * An expected column.
   *
   * @param type as the engine's SQL names it, such as {@code DECIMAL(10,2)}
   */
  public record Column(String name, String type, Presence presence) {
    /** One that files have, with or without values. */
    public Column(String name, String type) {
      this(name, type, Presence.OF_COLUMN);
    }

    /** Part of what files are read by: the same for the same columns in every version. */
    @Override
    public String toString() {
      String rest =
          switch (presence) {
            case OF_COLUMN -> "";
            case OF_EACH_VALUE -> ", required";
            case OF_NEITHER -> ", optional";
          };
      return "Column[name=" + name + ", type=" + type + rest + "]";
    }
  }

  /** What must be there of a column. */
  public enum Presence {
    /** Files have it, and its values may be empty. */
    OF_COLUMN,
    /** A record without a value is malformed. */
    OF_EACH_VALUE,
    /** Files may lack it. */
    OF_NEITHER
  }

  /**
   * @param rows malformed rows that are still accepted in one load
   * @param fraction malformed rows that are still accepted, of all rows of one load, 0 to 1
   */
  public record QuarantineThreshold(long rows, double fraction) {
    public static final QuarantineThreshold NONE = new QuarantineThreshold(Long.MAX_VALUE, 1.0);
  }
}
