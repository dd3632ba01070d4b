package tarn.lake;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version of the whole lake.
 *
 * @param changes what it changed, as the catalog writes it, such as {@code
 *     {tables_inserted_into=[4]}}
 */
public record Snapshot(
    long id,
    Instant time,
    long schemaVersion,
    String changes,
    @Nullable String author,
    @Nullable String message,
    @Nullable String extraInfo) {}
