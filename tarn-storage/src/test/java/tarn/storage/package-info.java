@NullMarked
package tarn.storage;

import org.jspecify.annotations.NullMarked;
