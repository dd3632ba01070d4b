/** Text as a person reads it in a terminal: tables, colours. */
@NullMarked
package tarn.cli.text;

import org.jspecify.annotations.NullMarked;
