/** Objects in Azure Blob Storage. */
@NullMarked
package tarn.storage.azure;

import org.jspecify.annotations.NullMarked;
