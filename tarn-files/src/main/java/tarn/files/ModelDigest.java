package tarn.files;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/**
 * Of a version's files: the SHA-256 of lines {@code <sha256> <size> <path>} in the order of the
 * paths' UTF-16 code units, each ended by a newline.
 */
final class ModelDigest {
  private final TreeMap<String, FileReference> files = new TreeMap<>();

  private ModelDigest() {}

  static String of(List<ListedFile> files) {
    ModelDigest digest = new ModelDigest();
    files.forEach(file -> digest.files.put(file.path(), file.reference()));
    return digest.value();
  }

  static String ofAdded(List<Added> files) {
    ModelDigest digest = new ModelDigest();
    files.forEach(file -> digest.files.put(file.path(), file.reference()));
    return digest.value();
  }

  private String value() {
    StringBuilder lines = new StringBuilder();
    files.forEach(
        (path, reference) ->
            lines
                .append(reference.sha256().orElse("-"))
                .append(' ')
                .append(reference.size())
                .append(' ')
                .append(path)
                .append('\n'));
    return BlobStore.hexadecimal(
        BlobStore.newSha256().digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
