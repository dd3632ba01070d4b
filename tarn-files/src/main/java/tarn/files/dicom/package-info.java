/** Reads DICOM headers: PS3.5 and PS3.10, from bytes that may be damaged. */
@NullMarked
package tarn.files.dicom;

import org.jspecify.annotations.NullMarked;
