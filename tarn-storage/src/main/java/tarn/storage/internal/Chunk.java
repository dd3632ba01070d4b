package tarn.storage.internal;

import tarn.storage.StoredObject;

/**
 * Bytes of an object that arrived whole.
 *
 * @param bytes those of the range that was asked for, cut at the object's end
 * @param object the version they are of
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes that nobody compares
public record Chunk(byte[] bytes, StoredObject object) {}
