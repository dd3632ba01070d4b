package tarn.station;

import java.util.Map;

/**
 * The station.toml of a new station: every setting with what it means, most of them commented out.
 */
final class SettingsTemplate {
  private static final String HEAD =
      """
      # The settings of this station. A setting that starts with `#` is not set: take the mark away to set it.
      # Each can be set by an environment variable too, which comes before this file. No secret belongs in here.
      # `tarn config show` says what holds, and where it was set.
      """;
  private static final int WIDTH = 110;

  private SettingsTemplate() {}

  /**
   * @param values what is set in the file; as text
   */
  static String text(Map<Setting<?>, String> values) {
    StringBuilder text = new StringBuilder(HEAD);
    String table = "";
    for (Setting<?> setting : Settings.ALL) {
      int dot = setting.key().indexOf('.');
      String own = dot < 0 ? "" : setting.key().substring(0, dot);
      if (!own.equals(table)) {
        table = own;
        text.append("\n[").append(table).append("]\n");
      } else {
        text.append("\n");
      }
      comment(text, setting.description());
      comment(
          text, "%s. Default: %s.".formatted(setting.variable(), setting.fallback().description()));
      String key = setting.key().substring(dot + 1);
      String value = values.get(setting);
      text.append(
          value == null
              ? "# %s = %s%n".formatted(key, setting.example())
              : "%s = %s%n".formatted(key, quoted(value)));
    }
    return text.toString().replace("\r\n", "\n");
  }

  private static void comment(StringBuilder text, String sentences) {
    StringBuilder line = new StringBuilder("#");
    for (String word : sentences.split(" ")) {
      if (line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder("#");
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }

  /** As a TOML text: in single quotes, where nothing is special, unless it holds one. */
  static String quoted(String value) {
    return value.indexOf('\'') < 0
        ? "'" + value + "'"
        : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
