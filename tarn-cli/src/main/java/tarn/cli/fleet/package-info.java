/** Asks a Prometheus how the stations that it watches are and were. */
@NullMarked
package tarn.cli.fleet;

import org.jspecify.annotations.NullMarked;
