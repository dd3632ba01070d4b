package tarn.assets.run;

import java.time.Duration;
import tarn.assets.AssetKey;

/**
 * What a run did to one asset, and how long that took.
 *
 * @param duration zero when it was never started
 */
public record AssetResult(AssetKey key, AssetState state, Duration duration) {}
