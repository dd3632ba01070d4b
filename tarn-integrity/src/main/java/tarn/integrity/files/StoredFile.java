package tarn.integrity.files;

import java.time.Instant;

/**
 * A file as its store lists it.
 *
 * @param path the one canonical form in which the store names this file
 * @param size in bytes
 * @param etag changes when the content does, as far as the store can tell; empty when it cannot
 */
public record StoredFile(String path, long size, Instant modified, String etag) {}
