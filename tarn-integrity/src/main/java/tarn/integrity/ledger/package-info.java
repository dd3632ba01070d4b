/** Keeps what the catalog lacks: the digest of every file, and what the checks found. */
@NullMarked
package tarn.integrity.ledger;

import org.jspecify.annotations.NullMarked;
