package tarn.files;

import java.nio.file.Path;

/**
 * A file that is to be added under another name than its own.
 *
 * @param path inside the collection, with slashes
 */
public record NamedFile(String path, Path file) {}
