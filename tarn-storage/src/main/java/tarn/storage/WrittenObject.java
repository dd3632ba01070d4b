package tarn.storage;

/**
 * What a write left: the very content that was given, even when somebody replaces it at once.
 *
 * @param size in bytes
 * @param etag as {@link StoredObject#etag} has it
 */
public record WrittenObject(String key, long size, String etag) {}
