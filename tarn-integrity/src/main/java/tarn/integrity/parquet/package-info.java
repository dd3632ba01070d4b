/**
 * Reads what Parquet files and deletion vectors say about themselves, from bytes that may be
 * damaged.
 */
@NullMarked
package tarn.integrity.parquet;

import org.jspecify.annotations.NullMarked;
