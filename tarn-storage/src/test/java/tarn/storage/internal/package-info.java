@NullMarked
package tarn.storage.internal;

import org.jspecify.annotations.NullMarked;
