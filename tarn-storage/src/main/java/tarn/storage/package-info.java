/**
 * Lists, reads, writes and removes objects: local folders, S3 and Azure Blob behind one contract.
 *
 * <p>The engine reads and writes tables through its own extensions; this package serves everything
 * that looks at objects as objects.
 */
@NullMarked
package tarn.storage;

import org.jspecify.annotations.NullMarked;
