/** Reads NIfTI-1 and NIfTI-2 headers. */
@NullMarked
package tarn.files.nifti;

import org.jspecify.annotations.NullMarked;
