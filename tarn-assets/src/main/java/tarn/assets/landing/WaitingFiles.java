package tarn.assets.landing;

import java.nio.file.Path;
import java.util.Map;
import tarn.assets.AssetKey;
import tarn.lake.Session;

/**
 * Files of a source that have come or changed since it was landed, as far as names, sizes and times
 * tell.
 */
public final class WaitingFiles {
  private WaitingFiles() {}

  /**
   * @param station the folder to which patterns are relative
   */
  public static int count(Session session, Path station, AssetKey key, LandingSource source) {
    Map<String, LandingHistory.Landed> landed = LandingHistory.latest(session, key);
    return (int)
        FilePatterns.find(station, source.patterns()).stream()
            .filter(file -> !isLanded(file, landed))
            .count();
  }

  private static boolean isLanded(LandingFile file, Map<String, LandingHistory.Landed> landed) {
    LandingHistory.Landed before = landed.get(file.name());
    return before != null
        && file.size() == before.size()
        && file.modified().equals(before.modified());
  }
}
