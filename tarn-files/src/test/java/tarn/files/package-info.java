@NullMarked
package tarn.files;

import org.jspecify.annotations.NullMarked;
