/**
 * Mends what a check found: a plan that a person reads first, steps that look again before they do
 * anything, and a journal by which each of them can be undone.
 */
@NullMarked
package tarn.integrity.repair;

import org.jspecify.annotations.NullMarked;
