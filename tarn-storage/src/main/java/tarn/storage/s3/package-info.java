/** Objects in S3, and in stores that speak its protocol. */
@NullMarked
package tarn.storage.s3;

import org.jspecify.annotations.NullMarked;
