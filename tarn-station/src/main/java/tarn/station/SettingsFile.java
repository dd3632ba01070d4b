package tarn.station;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.Nearest;
import tarn.base.TarnException;
import tarn.station.SettingsReader.Raw;
import tarn.station.toml.TomlDocument;
import tarn.station.toml.TomlSyntaxException;
import tools.jackson.databind.JsonNode;

/** station.toml, of which every key is known and no value is a secret. */
final class SettingsFile {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final TomlDocument document;

  private SettingsFile(Path file, TomlDocument document) {
    this.file = file;
    this.document = document;
  }

  static SettingsFile read(Path file) {
    try {
      String text = Files.readString(file);
      if (text.startsWith(BYTE_ORDER_MARK)) {
        text = text.substring(1);
      }
      SettingsFile settings = new SettingsFile(file, TomlDocument.parse(text, 1));
      settings.check(settings.document.root(), List.of());
      return settings;
    } catch (TomlSyntaxException e) {
      throw new TarnException(
          ErrorCode.SETTINGS_UNREADABLE,
          "%s:%d:%d: this is not TOML: %s.".formatted(file, e.line(), e.column(), e.getMessage()),
          "Mend that line; a text needs quotes around it, and a table's name stands in brackets.",
          e);
    } catch (CharacterCodingException e) {
      throw new TarnException(
          ErrorCode.SETTINGS_UNREADABLE,
          file + " is not encoded in UTF-8.",
          "Save the file as UTF-8.",
          e);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.SETTINGS_UNREADABLE,
          "Cannot read " + file + ": " + e.getMessage(),
          "Check the file's rights.",
          e);
    }
  }

  Optional<Raw> value(Setting<?> setting) {
    List<String> path = path(setting);
    JsonNode node = document.root();
    for (String key : path) {
      node = node.path(key);
    }
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    Origin.File origin = new Origin.File(file, document.line(path));
    boolean right =
        switch (setting.type().shape()) {
          case TEXT -> node.isString();
          case INTEGER -> node.isIntegralNumber();
        };
    if (!right) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "%s:%d: `%s` must be a %s, but is %s."
              .formatted(file, origin.line(), setting.key(), setting.type().name(), describe(node)),
          "Write it as in `%s = %s`.".formatted(path.getLast(), setting.example()));
    }
    return Optional.of(new Raw(node.asString(), origin));
  }

  private void check(JsonNode table, List<String> path) {
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      List<String> full = new ArrayList<>(path);
      full.add(entry.getKey());
      String key = String.join(".", full);
      boolean known = Settings.ALL.stream().anyMatch(setting -> setting.key().equals(key));
      refuseSecret(entry.getKey(), entry.getValue(), full);
      if (!known && isTable(key) && entry.getValue().isObject()) {
        check(entry.getValue(), full);
      } else if (!known) {
        throw unknown(full, key);
      }
    }
  }

  private void refuseSecret(String name, JsonNode value, List<String> path) {
    boolean secret = Secrets.isName(name) || (value.isString() && Secrets.isIn(value.asString()));
    if (secret) {
      throw new TarnException(
          ErrorCode.SETTING_SECRET,
          "%s:%d: `%s` looks like a secret, and no secret may stand in this file."
              .formatted(file, document.line(path), String.join(".", path)),
          "Take it out, and give it through the environment or the cloud's own credentials.");
    }
    if (value.isContainer()) {
      int index = 0;
      for (JsonNode element : value.isArray() ? value : List.<JsonNode>of()) {
        refuseSecret("", element, with(path, Integer.toString(index++)));
      }
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        refuseSecret(entry.getKey(), entry.getValue(), with(path, entry.getKey()));
      }
    }
  }

  private TarnException unknown(List<String> path, String key) {
    List<String> known = Settings.ALL.stream().map(Setting::key).toList();
    String table = key.contains(".") ? key.substring(0, key.lastIndexOf('.') + 1) : "";
    List<String> tables =
        known.stream()
            .filter(setting -> setting.contains("."))
            .map(setting -> setting.substring(0, setting.indexOf('.')))
            .distinct()
            .toList();
    String hint = Nearest.hint(key, Stream.concat(known.stream(), tables.stream()).toList());
    if (hint.isEmpty()) {
      // Somebody who forgot the table's header, or wrote below another one, has the last part
      // right.
      hint =
          Nearest.to(path.getLast(), known.stream().map(SettingsFile::lastPart).toList())
              .flatMap(
                  nearest ->
                      known.stream().filter(all -> lastPart(all).equals(nearest)).findFirst())
              .map(candidate -> "; did you mean `" + candidate + "`?")
              .orElse("");
    }
    boolean tableIsKnown = table.isEmpty() || isTable(table.substring(0, table.length() - 1));
    String all =
        String.join(
            ", ",
            tableIsKnown && !table.isEmpty()
                ? known.stream().filter(candidate -> candidate.startsWith(table)).toList()
                : known);
    return new TarnException(
        ErrorCode.SETTING_UNKNOWN,
        "%s:%d: `%s` is no setting%s"
            .formatted(file, document.line(path), key, hint.isEmpty() ? "." : hint),
        "Take it out or mend it. The settings are: " + all + ".");
  }

  private static String lastPart(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private static boolean isTable(String key) {
    return Settings.ALL.stream().anyMatch(setting -> setting.key().startsWith(key + "."));
  }

  private static List<String> path(Setting<?> setting) {
    return List.of(setting.key().split("\\."));
  }

  private static List<String> with(List<String> path, String last) {
    List<String> longer = new ArrayList<>(path);
    longer.add(last);
    return longer;
  }

  private static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> "the text " + Secrets.hidden(node.asString());
      case NUMBER -> "the number `" + node.asString() + "`";
      case BOOLEAN -> "`" + node.asString() + "`";
      case ARRAY -> "a list";
      case OBJECT -> "a table";
      case BINARY, MISSING, NULL, POJO -> "something else";
    };
  }
}
