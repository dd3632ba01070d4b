@NullMarked
package tarn.testkit.emulator;

import org.jspecify.annotations.NullMarked;
