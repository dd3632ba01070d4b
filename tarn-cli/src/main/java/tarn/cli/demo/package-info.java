/** Makes the example station: its records, its folder, its first run. */
@NullMarked
package tarn.cli.demo;

import org.jspecify.annotations.NullMarked;
