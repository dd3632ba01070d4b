package tarn.gateway.dicomweb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.files.dicom.DicomAttributes;
import tarn.gateway.http.Exchange;
import tarn.lake.Sql;

/**
 * The conditions of a search (PS3.18, 8.3.4): single values, lists of UIDs, wildcards, and ranges
 * of dates and times.
 *
 * @param condition on a row's {@code header}
 * @param modalities that a study must have one of
 */
record Matching(String condition, List<String> modalities) {
  private static final String MODALITIES = "00080061";
  private static final Set<String> OTHER =
      Set.of("limit", "offset", "includefield", "fuzzymatching", "accept");
  private static final Set<String> NUMBERS =
      Set.of("DS", "IS", "US", "SS", "UL", "SL", "UV", "SV", "FL", "FD");
  private static final Set<String> MOMENTS = Set.of("DA", "TM");
  private static final Set<String> NOT_COMPARED = Set.of("SQ", "OB", "OW", "OF", "OD", "OL", "UN");

  static Matching of(Exchange exchange) {
    List<String> conditions = new ArrayList<>();
    List<String> modalities = new ArrayList<>();
    for (String name : exchange.queryNames()) {
      if (OTHER.contains(name)) {
        continue;
      }
      String tag = tag(name);
      for (String value : exchange.queries(name)) {
        if (value.isEmpty() || value.equals("*")) {
          continue; // It matches everything.
        }
        if (tag.equals(MODALITIES)) {
          modalities.addAll(List.of(value.split("[\\\\,]", -1)));
        } else {
          conditions.add(condition(name, tag, value));
        }
      }
    }
    return new Matching(
        conditions.isEmpty()
            ? "true"
            : conditions.stream()
                .map(each -> "(" + each + ")")
                .collect(Collectors.joining(" AND ")),
        modalities);
  }

  /** Of an attribute by its keyword or its eight digits. */
  static String tag(String name) {
    return DicomAttributes.tag(name)
        .orElseThrow(() -> invalid("`" + name + "` is no attribute of DICOM"));
  }

  private static TarnException invalid(String what) {
    return new TarnException(
        ErrorCode.REQUEST_INVALID,
        "The search cannot be done: " + what + ".",
        "Name attributes by keyword or tag, such as PatientID or 00100020.");
  }

  private static String condition(String name, String tag, String value) {
    String representation = DicomAttributes.representation(tag);
    if (NOT_COMPARED.contains(representation)) {
      throw invalid("values of `" + name + "` are not compared");
    }
    boolean person = representation.equals("PN");
    String values =
        "json_extract_string(header, '$.\"%s\".Value[*]%s')"
            .formatted(tag, person ? ".Alphabetic" : "");
    if (NUMBERS.contains(representation)) {
      return "TRY_CAST(%s[1] AS DOUBLE) = TRY_CAST(%s AS DOUBLE)"
          .formatted(values, Sql.literal(value));
    }
    if (MOMENTS.contains(representation) && value.contains("-")) {
      return range(values, value);
    }
    if (representation.equals("UI")) {
      return "list_has_any(%s, [%s])"
          .formatted(
              values,
              Stream.of(value.split("[\\\\,]", -1))
                  .map(Sql::literal)
                  .collect(Collectors.joining(", ")));
    }
    boolean wild = value.contains("*") || value.contains("?");
    if (wild || person) {
      return "regexp_matches(array_to_string(%s, chr(10)), %s)"
          .formatted(values, Sql.literal((person ? "(?im)" : "(?m)") + pattern(value)));
    }
    return "list_has_any(%s, [%s])".formatted(values, Sql.literal(value));
  }

  /** Both ends are included; a time that says less than its end is within it. */
  private static String range(String values, String value) {
    int hyphen = value.indexOf('-');
    String first = value.substring(0, hyphen);
    String last = value.substring(hyphen + 1);
    List<String> conditions = new ArrayList<>();
    if (!first.isEmpty()) {
      conditions.add("%s[1] >= %s".formatted(values, Sql.literal(first)));
    }
    if (!last.isEmpty()) {
      conditions.add(
          "(%1$s[1] <= %2$s OR starts_with(%1$s[1], %2$s))".formatted(values, Sql.literal(last)));
    }
    return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
  }

  /** Trailing delimiters of a name's components say nothing. */
  private static String pattern(String value) {
    String text = value.replaceFirst("\\^+$", "");
    StringBuilder pattern = new StringBuilder("^");
    for (int at = 0; at < text.length(); at++) {
      char next = text.charAt(at);
      switch (next) {
        case '*' -> pattern.append(".*");
        case '?' -> pattern.append('.');
        default -> {
          if (next < 128 && !Character.isLetterOrDigit(next)) {
            pattern.append('\\');
          }
          pattern.append(next);
        }
      }
    }
    return pattern.append("\\^*$").toString();
  }

  /** On a query that has a study's identifier as {@code s} and modalities as {@code m}. */
  Optional<String> ofStudies() {
    return modalities.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "s IN (SELECT s FROM i WHERE m IN (%s))"
                .formatted(
                    modalities.stream().map(Sql::literal).collect(Collectors.joining(", "))));
  }
}
