package tarn.gateway.integrity;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a check.
 *
 * @param number counts from 1 in each check
 * @param type {@code check_started}, {@code phase} or {@code check_ended}
 */
public record CheckEvent(
    int number, Instant time, String type, Map<String, @Nullable Object> fields) {}
