package tarn.station;

/**
 * A setting with the value that holds.
 *
 * @param key such as {@code engine.threads}
 * @param value text or a whole number, without a secret; paths are absolute
 */
public record ResolvedSetting(String key, Object value, Origin origin) {}
