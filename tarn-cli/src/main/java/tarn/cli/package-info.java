/** The commands: thin shells over the services of the other modules. */
@NullMarked
package tarn.cli;

import org.jspecify.annotations.NullMarked;
