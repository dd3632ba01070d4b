package tarn.files.dicom;

import java.util.Optional;
import java.util.regex.Pattern;

/** Data elements by the names that requests give them. */
public final class DicomAttributes {
  private static final Pattern TAG = Pattern.compile("[0-9A-Fa-f]{8}");

  private DicomAttributes() {}

  /**
   * A tag as the JSON model writes it ({@code 00100020}), of itself or of a keyword ({@code
   * PatientID}); empty when there is no such element.
   */
  public static Optional<String> tag(String name) {
    return TAG.matcher(name).matches()
        ? Optional.of(name.toUpperCase(java.util.Locale.ROOT))
        : Dictionary.tag(name).map("%08X"::formatted);
  }

  /** Its value representation, the first where several are possible; {@code UN} when unknown. */
  public static String representation(String tag) {
    return Dictionary.vr(Integer.parseUnsignedInt(tag, 16))
        .map(known -> known.split("/", 2)[0])
        .orElse("UN");
  }
}
