/** How `tarn materialize` shows a run: while it goes on, and when it has ended. */
@NullMarked
package tarn.cli.materialize;

import org.jspecify.annotations.NullMarked;
