package tarn.storage;

import java.time.Instant;

/**
 * What a store tells of an object without opening it.
 *
 * @param key relative to the store's prefix
 * @param size in bytes
 * @param modified as the store's clock has it, often in whole seconds
 * @param etag changes when the content does; compare for equality only. Without the quotes in which
 *     HTTP wraps it. Local files have one made of inode, size and modification time
 */
public record StoredObject(String key, long size, Instant modified, String etag)
    implements Listed {}
