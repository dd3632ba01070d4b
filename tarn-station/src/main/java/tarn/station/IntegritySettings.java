package tarn.station;

import java.time.Duration;
import java.util.Optional;

/**
 * How the service checks the lake, and what a repair may take from.
 *
 * @param every how often it does; nothing when it does not
 * @param within the time in which every byte is compared once
 * @param bytesPerSecond that are read at most
 * @param replica an absolute folder or a URL with copies of the data path's files
 */
public record IntegritySettings(
    Optional<Duration> every, Duration within, long bytesPerSecond, Optional<String> replica) {}
