package tarn.assets.landing;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import tarn.assets.AssetKey;
import tarn.lake.Session;

/**
 * Files of a source that have come or changed since it was landed, as far as names, sizes and times
 * tell.
 */
public final class WaitingFiles {
  private WaitingFiles() {}

  /**
   * How many there are of each source.
   *
   * @param station the folder to which patterns are relative
   */
  public static Map<AssetKey, Integer> count(
      Session session, Path station, Map<AssetKey, LandingSource> sources) {
    Map<AssetKey, Integer> counts = new HashMap<>();
    LandingHistory.latest(session, sources.keySet())
        .forEach(
            (key, landed) ->
                counts.put(
                    key,
                    (int)
                        FilePatterns.find(
                                station, Objects.requireNonNull(sources.get(key)).patterns())
                            .stream()
                            .filter(file -> !isLanded(file, landed))
                            .count()));
    return counts;
  }

  private static boolean isLanded(LandingFile file, Map<String, LandingHistory.Landed> landed) {
    LandingHistory.Landed before = landed.get(file.name());
    return before != null
        && file.size() == before.size()
        && file.modified().equals(before.modified());
  }
}
