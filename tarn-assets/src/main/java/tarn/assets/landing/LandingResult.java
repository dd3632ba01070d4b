package tarn.assets.landing;

import java.util.List;
import java.util.Map;
import tarn.assets.io.Materialization;

/**
 * What became of a source's files.
 *
 * @param read files that were read, because they are new or changed or all are to be
 * @param unchanged files that were left alone
 * @param renamed former names of files, by the name that they have now; their rows have the new one
 * @param vanished files that were landed once and are gone; their rows stay in the table unless the
 *     source replaces it
 * @param deferred files that changed while they were read; nothing of them was landed, and the next
 *     run takes them up
 * @param landedRows rows that came from the files that were read
 * @param malformedRows records of these files that went to the quarantine
 */
public record LandingResult(
    Materialization materialization,
    List<String> read,
    List<String> unchanged,
    Map<String, String> renamed,
    List<String> vanished,
    List<String> deferred,
    long landedRows,
    long malformedRows) {

  public LandingResult {
    read = List.copyOf(read);
    unchanged = List.copyOf(unchanged);
    renamed = Map.copyOf(renamed);
    vanished = List.copyOf(vanished);
    deferred = List.copyOf(deferred);
  }
}
