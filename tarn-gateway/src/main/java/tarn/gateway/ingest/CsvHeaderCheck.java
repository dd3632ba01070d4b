package tarn.gateway.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tarn.assets.landing.LandingSource;
import tarn.assets.landing.LandingSource.Column;
import tarn.base.Nearest;

/** Compares a CSV's first line with the columns of its table, while the sender still listens. */
final class CsvHeaderCheck {
  private static final List<String> DELIMITERS = List.of(",", ";", "\t", "|");

  private CsvHeaderCheck() {}

  /** What is wrong with each field; nothing when all is well, or when nobody can tell yet. */
  static List<Map<String, Object>> errors(
      Path file, Optional<String> delimiter, List<Column> expected) throws IOException {
    String line;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      line = Optional.ofNullable(reader.readLine()).orElse("").replaceFirst("^\uFEFF", "");
    } catch (CharacterCodingException e) {
      return List.of(); // Another encoding: the landing finds out which.
    }
    Set<String> known =
        expected.stream()
            .map(column -> column.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    Set<String> names =
        delimiter
            .map(Stream::of)
            .orElseGet(DELIMITERS::stream)
            .map(mark -> names(line, mark))
            .max(Comparator.comparingLong(found -> found.stream().filter(known::contains).count()))
            .orElseThrow();
    List<Map<String, Object>> errors = new ArrayList<>();
    for (Column column : expected) {
      if (column.presence() != LandingSource.Presence.OF_NEITHER
          && !names.contains(column.name().toLowerCase(Locale.ROOT))) {
        errors.add(Map.of("field", column.name(), "error", "the header does not name it"));
      }
    }
    for (String name : names) {
      if (!known.contains(name) && !name.isEmpty()) {
        errors.add(
            Map.of(
                "field",
                name,
                "error",
                "the table has no such column" + Nearest.hint(name, known)));
      }
    }
    return errors;
  }

  private static Set<String> names(String line, String delimiter) {
    return Stream.of(line.split(Pattern.quote(delimiter), -1))
        .map(name -> name.strip().replaceAll("^\"|\"$", "").strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
  }
}
