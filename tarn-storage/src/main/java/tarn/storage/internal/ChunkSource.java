package tarn.storage.internal;

import java.util.Optional;

/** Brings a part of an object, trying again by itself. */
@FunctionalInterface
public interface ChunkSource {

  /**
   * @param length at least 1
   * @param etag of the version that is wanted; empty for whichever is there
   */
  Chunk fetch(long offset, long length, Optional<String> etag);
}
