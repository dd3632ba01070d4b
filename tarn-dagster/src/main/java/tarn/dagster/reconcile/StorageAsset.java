package tarn.dagster.reconcile;

import java.util.List;
import java.util.Optional;

/**
 * A table's files as Dagster knows them.
 *
 * @param key its segments in Dagster
 * @param table {@code schema.table}
 * @param owner the segments of the asset whose table it is
 * @param partitions Dagster's partition keys; nothing when it has none
 */
record StorageAsset(
    List<String> key, String table, List<String> owner, Optional<List<String>> partitions) {}
