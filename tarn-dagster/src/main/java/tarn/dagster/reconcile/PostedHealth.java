package tarn.dagster.reconcile;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Dagster was last told.
 *
 * @param incidents how many incidents there have been; the number of the last one
 * @param tables by table, then by Dagster's partition key, empty for a table without partitions
 */
record PostedHealth(int version, long incidents, Map<String, Map<String, Posted>> tables) {
  static final int VERSION = 1;

  /**
   * The version of files that nothing was ever wrong with. It is the one that Dagster itself gives
   * to what was never observed, so that it does not matter whether an asset was materialized before
   * Dagster heard of its files for the first time.
   */
  static final String INTACT = "INITIAL";

  static PostedHealth none() {
    return new PostedHealth(VERSION, 0, new LinkedHashMap<>());
  }

  /**
   * @param dataVersion what was observed
   * @param before what was observed before the damage; the same when there is none
   * @param incident its number, 0 when the files are whole
   * @param fingerprint which damage it is; empty when the files are whole
   * @param level how closely one has to look to see it
   * @param since when it was told, in milliseconds since 1970
   */
  record Posted(
      String dataVersion, String before, long incident, String fingerprint, int level, long since) {

    static Posted intact() {
      return new Posted(INTACT, INTACT, 0, "", 0, 0);
    }

    boolean damaged() {
      return incident > 0;
    }
  }
}
