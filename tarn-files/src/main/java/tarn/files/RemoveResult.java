package tarn.files;

import java.util.OptionalLong;

/**
 * What became of a removal.
 *
 * @param snapshot that no longer has the files; none when there was nothing to remove
 */
public record RemoveResult(long removed, OptionalLong snapshot) {}
