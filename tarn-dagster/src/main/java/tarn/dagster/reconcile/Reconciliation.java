package tarn.dagster.reconcile;

import java.util.List;

/**
 * What a reconciliation did.
 *
 * @param tables how many tables Dagster has storage assets of
 * @param baselines tables that Dagster heard of for the first time
 * @param damaged tables, with their partition after a colon, that Dagster was told are damaged
 * @param restored the same of those that are whole again, as they were
 * @param rebuilt the same of those whose asset was materialized since
 * @param unknown damaged tables that Dagster has no storage asset of
 * @param undecided tables that were damaged and that this check did not look at closely enough
 * @param reports how many reports were told, those that had waited included
 */
public record Reconciliation(
    int tables,
    List<String> baselines,
    List<String> damaged,
    List<String> restored,
    List<String> rebuilt,
    List<String> unknown,
    List<String> undecided,
    int reports) {}
