/** Tells Dagster which tables are damaged, and which are whole again. */
@NullMarked
package tarn.dagster.reconcile;

import org.jspecify.annotations.NullMarked;
