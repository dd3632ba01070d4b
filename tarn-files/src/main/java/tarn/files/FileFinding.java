package tarn.files;

/**
 * Something that is wrong with a file's bytes.
 *
 * @param code as in {@code tarn fsck}: {@code blob.missing}, {@code blob.truncated}, …
 */
public record FileFinding(String code, String path, String uri, String message) {}
