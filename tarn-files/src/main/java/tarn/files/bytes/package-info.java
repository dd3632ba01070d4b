/** Bytes that may be damaged: reading them at any place, and saying where they are wrong. */
@NullMarked
package tarn.files.bytes;

import org.jspecify.annotations.NullMarked;
