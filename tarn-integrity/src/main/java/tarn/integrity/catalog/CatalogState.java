package tarn.integrity.catalog;

import java.time.Instant;

/**
 * What one reading of the catalog saw.
 *
 * @param snapshot the newest one
 * @param files data and delete files in scope
 * @param bytes that they take, by the catalog
 * @param pending files that wait to be removed
 */
public record CatalogState(
    long snapshot, Instant snapshotTime, long tables, long files, long bytes, long pending) {}
