/** DICOMweb (PS3.18): search, retrieve and store, over the tables and files of a schema. */
@NullMarked
package tarn.gateway.dicomweb;

import org.jspecify.annotations.NullMarked;
