package tarn.lake;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Limits of one engine.
 *
 * @param memoryLimit as the engine reads it, such as {@code 2GB} or {@code 80%}
 * @param threads how many threads may run queries, at least 1
 * @param temporaryFolder where results larger than the memory limit spill to
 * @param maximumTemporarySize bound on what may be spilled, such as {@code 100GB}
 */
public record EngineSettings(
    String memoryLimit, int threads, Path temporaryFolder, Optional<String> maximumTemporarySize) {}
