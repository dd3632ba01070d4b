package tarn.files.nifti;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a path says that follows the Brain Imaging Data Structure.
 *
 * @param entities in their order: {@code sub}, {@code ses}, {@code task}, …
 * @param suffix such as {@code bold}
 * @param datatype the folder, such as {@code func}
 * @param sidecar the path of the JSON that belongs to the file, if there is one
 */
record BidsName(
    Map<String, String> entities, String suffix, Optional<String> datatype, String sidecar) {
  private static final Pattern NAME =
      Pattern.compile(
          "(?:(.*)/)?((?:[a-z]+-[A-Za-z0-9+]+_)+)([A-Za-z0-9]+)\\.(?:nii|nii\\.gz|hdr|img)");
  private static final Pattern DATATYPE =
      Pattern.compile("(?:.*/)?(anat|func|dwi|fmap|perf|pet|meg|eeg|ieeg|beh|micr|nirs|mrs)");

  static Optional<BidsName> of(String path) {
    Matcher matcher = NAME.matcher(path);
    if (!matcher.matches() || !matcher.group(2).startsWith("sub-")) {
      return Optional.empty();
    }
    Map<String, String> entities = new LinkedHashMap<>();
    for (String pair : matcher.group(2).split("_", -1)) {
      if (!pair.isEmpty()) {
        int hyphen = pair.indexOf('-');
        entities.put(pair.substring(0, hyphen), pair.substring(hyphen + 1));
      }
    }
    String folder = matcher.group(1) == null ? "" : matcher.group(1);
    Matcher datatype = DATATYPE.matcher(folder);
    return Optional.of(
        new BidsName(
            entities,
            matcher.group(3),
            datatype.matches() ? Optional.of(datatype.group(1)) : Optional.empty(),
            path.replaceFirst("\\.(nii|nii\\.gz|hdr|img)$", ".json")));
  }
}
