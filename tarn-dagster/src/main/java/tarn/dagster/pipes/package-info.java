/** Dagster Pipes: what a program that Dagster has started tells it while it runs. */
@NullMarked
package tarn.dagster.pipes;

import org.jspecify.annotations.NullMarked;
