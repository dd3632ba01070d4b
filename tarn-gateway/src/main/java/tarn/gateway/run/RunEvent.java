package tarn.gateway.run;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run.
 *
 * @param number counts from 1 in each run
 * @param type {@code run_started}, {@code asset_started}, {@code asset_log}, {@code asset_ended} or
 *     {@code run_ended}
 */
public record RunEvent(
    int number, Instant time, String type, Map<String, @Nullable Object> fields) {}
