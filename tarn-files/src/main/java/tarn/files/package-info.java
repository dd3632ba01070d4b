/**
 * Files by reference: tables of the lake hold what is known of a file and where it lies; a store of
 * blobs holds its bytes, each content once.
 */
@NullMarked
package tarn.files;

import org.jspecify.annotations.NullMarked;
