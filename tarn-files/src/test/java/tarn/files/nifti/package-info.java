@NullMarked
package tarn.files.nifti;

import org.jspecify.annotations.NullMarked;
