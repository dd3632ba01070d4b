package tarn.assets.definition;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import tarn.lake.TableName;

/**
 * What an asset reads besides other assets.
 *
 * @param externalTables tables of the lake that no asset makes
 * @param files paths and globs that its query names, as they are written
 */
public record Reads(
    SortedSet<TableName> externalTables, SortedSet<String> files, Repeatability repeatability) {

  public Reads {
    externalTables = Collections.unmodifiableSortedSet(new TreeSet<>(externalTables));
    files = Collections.unmodifiableSortedSet(new TreeSet<>(files));
  }

  /** Whether the same input tables always give the same output. */
  public enum Repeatability {
    /** They do, so nothing new comes from running it on tables that have not changed. */
    REPEATABLE,
    /** It also depends on a clock, on chance, on files, or on what nobody can know. */
    VOLATILE
  }

  /** Nothing is known of it but the assets that it declares, as of code. */
  public static Reads unknown() {
    return new Reads(
        Collections.emptySortedSet(), Collections.emptySortedSet(), Repeatability.VOLATILE);
  }
}
