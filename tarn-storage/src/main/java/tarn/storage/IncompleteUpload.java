package tarn.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * An upload that holds space and shows in no listing of objects.
 *
 * @param uploadId as the store names it; empty where it has one upload a key at most
 * @param started when the store says so
 */
public record IncompleteUpload(String key, String uploadId, Optional<Instant> started) {}
