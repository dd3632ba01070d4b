@NullMarked
package tarn.files.dicom;

import org.jspecify.annotations.NullMarked;
