/**
 * Lakes of every shape and damages of every kind: each damage says what a check is to find, and
 * where. Any tool that looks after a DuckLake may be tried on them.
 */
@NullMarked
package tarn.testkit.zoo;

import org.jspecify.annotations.NullMarked;
