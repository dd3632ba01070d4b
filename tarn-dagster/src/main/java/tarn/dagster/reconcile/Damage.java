package tarn.dagster.reconcile;

import java.util.Optional;

/**
 * One thing that is wrong with the files of a table as it is now.
 *
 * @param id the same for the same damage in every check
 * @param table {@code schema.table}
 * @param partition as the check names it, such as {@code region=north}; nothing for a table without
 *     partitions
 * @param level how closely one has to look to see it, see {@link IntegrityReport#level}
 * @param code its class, such as {@code file.missing}
 * @param path the file; empty when it is about none
 */
record Damage(
    String id,
    String table,
    Optional<String> partition,
    int level,
    String code,
    String path,
    String detail,
    String remedy) {}
