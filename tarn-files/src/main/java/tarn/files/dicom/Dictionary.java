package tarn.files.dicom;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The data elements of PS3.6, for data that do not say their value representations. */
final class Dictionary {
  private static final Dictionary STANDARD = read();

  private final Map<Integer, String> exact = new HashMap<>(8192);
  private final Map<String, Integer> tags = new HashMap<>(8192);
  private final List<Repeated> repeated = new ArrayList<>();

  private record Repeated(int mask, int tag, String vr) {}

  /** Value representations with slashes between where several are possible: {@code US/SS}. */
  static Optional<String> vr(int tag) {
    String known = STANDARD.exact.get(tag);
    if (known != null) {
      return Optional.of(known);
    }
    return STANDARD.repeated.stream()
        .filter(each -> (tag & each.mask) == each.tag)
        .map(Repeated::vr)
        .findFirst();
  }

  /** The tag of a keyword, such as {@code PatientID}. */
  static Optional<Integer> tag(String keyword) {
    return Optional.ofNullable(STANDARD.tags.get(keyword));
  }

  private static Dictionary read() {
    Dictionary dictionary = new Dictionary();
    try (InputStream file =
            Objects.requireNonNull(Dictionary.class.getResourceAsStream("dictionary.txt"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      lines.lines().filter(line -> !line.startsWith("#")).forEach(dictionary::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return dictionary;
  }

  private void add(String line) {
    String[] parts = line.split(" ", -1);
    String tag = parts[0];
    if (tag.contains("x")) {
      int mask = Integer.parseUnsignedInt(tag.replaceAll("[^x]", "F").replace('x', '0'), 16);
      repeated.add(
          new Repeated(mask, Integer.parseUnsignedInt(tag.replace('x', '0'), 16), parts[1]));
    } else {
      int number = Integer.parseUnsignedInt(tag, 16);
      exact.put(number, parts[1]);
      tags.put(parts[2], number);
    }
  }
}
