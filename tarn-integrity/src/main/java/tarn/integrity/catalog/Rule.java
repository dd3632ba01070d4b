package tarn.integrity.catalog;

import tarn.integrity.finding.FindingClass;

/**
 * Something that must hold in every catalog, as a query for what breaks it.
 *
 * @param name stable, such as {@code one-live-row-per-table}
 * @param query over {@code {c}} (the catalog's tables) and {@code {f}} (the check's files) that
 *     returns {@code subject} and {@code detail}, and as far as they apply {@code file} (the number
 *     of a file in {@code {f}}), {@code schema_name} and {@code table_name}
 */
record Rule(String name, FindingClass type, String query) {}
