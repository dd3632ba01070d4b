package tarn.files;

import java.time.Instant;
import java.util.Optional;

/** A row of a collection. */
public record ListedFile(
    String path,
    FileReference reference,
    Optional<String> format,
    Optional<String> finding,
    Instant added) {}
