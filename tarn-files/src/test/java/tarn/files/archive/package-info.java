@NullMarked
package tarn.files.archive;

import org.jspecify.annotations.NullMarked;
