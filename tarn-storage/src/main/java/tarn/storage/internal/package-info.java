/** What the stores have in common; not for users of {@link tarn.storage}. */
@NullMarked
package tarn.storage.internal;

import org.jspecify.annotations.NullMarked;
