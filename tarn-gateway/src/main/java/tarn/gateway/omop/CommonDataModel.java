package tarn.gateway.omop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tarn.assets.landing.LandingSource.Column;
import tarn.assets.landing.LandingSource.Presence;

/** The tables of the OMOP common data model 5.4 (docs/reference/omop.md). */
public final class CommonDataModel {
  /** Names this model. */
  public static final String NAME = "omop-cdm-5.4";

  private static final Map<String, List<Field>> TABLES = read();

  private CommonDataModel() {}

  /**
   * A field of a table.
   *
   * @param column its name, its type in the lake, and whether each record must have a value
   * @param length of the longest text that the model allows
   */
  public record Field(Column column, Optional<Integer> length) {}

  /** A table's fields in the model's order, or none when it has no such table. */
  public static List<Field> fields(String table) {
    return TABLES.getOrDefault(table.toLowerCase(Locale.ROOT), List.of());
  }

  public static Set<String> tables() {
    return TABLES.keySet();
  }

  private static Map<String, List<Field>> read() {
    Map<String, List<Field>> tables = new LinkedHashMap<>();
    text()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t"))
        .forEach(
            words -> tables.computeIfAbsent(words[0], _ -> new ArrayList<>()).add(field(words)));
    return tables;
  }

  private static Field field(String[] words) {
    Presence presence = words[3].equals("required") ? Presence.OF_EACH_VALUE : Presence.OF_NEITHER;
    String what = words[2];
    Optional<Integer> length =
        what.startsWith("varchar(")
            ? Optional.of(Integer.valueOf(what.substring(8, what.length() - 1)))
            : Optional.empty();
    return new Field(new Column(words[1], type(what), presence), length);
  }

  private static String type(String what) {
    return switch (what.replaceFirst("\\(.*", "")) {
      case "integer" -> "INTEGER";
      case "float" -> "DOUBLE";
      case "date" -> "DATE";
      case "datetime" -> "TIMESTAMP";
      case "varchar" -> "VARCHAR";
      default -> throw new IllegalStateException(what + " is no type of the model");
    };
  }

  private static String text() {
    try (InputStream in = CommonDataModel.class.getResourceAsStream("cdm-5.4.txt")) {
      if (in == null) {
        throw new IllegalStateException("cdm-5.4.txt is not packaged");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
