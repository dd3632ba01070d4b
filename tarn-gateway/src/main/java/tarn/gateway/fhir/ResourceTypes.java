package tarn.gateway.fhir;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The names of the resources that FHIR R4 defines. */
final class ResourceTypes {
  private static final Set<String> ALL = Set.of(text("resource-types.txt").strip().split("\\s+"));

  private ResourceTypes() {}

  static boolean known(String type) {
    return ALL.contains(type);
  }

  /** {@code MedicationRequest} as {@code medication_request}. */
  static String table(String type) {
    return type.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  static List<String> lines(String name) {
    return text(name).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  private static String text(String name) {
    try (InputStream in = ResourceTypes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not packaged");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
