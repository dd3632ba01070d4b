/** Makes what a transaction wrote durable, and records it, before anyone relies on it. */
@NullMarked
package tarn.integrity.write;

import org.jspecify.annotations.NullMarked;
