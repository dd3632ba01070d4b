/** Stations and lakes for tests: real parts, thrown away afterwards. */
@NullMarked
package tarn.testkit;

import org.jspecify.annotations.NullMarked;
