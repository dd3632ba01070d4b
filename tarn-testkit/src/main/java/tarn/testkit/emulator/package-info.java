/**
 * Object stores that run on this machine beside the tests, and a proxy that makes them fail.
 *
 * <p>{@code ./dev setup} installs them; one that is missing fails the test that wants it.
 */
@NullMarked
package tarn.testkit.emulator;

import org.jspecify.annotations.NullMarked;
