/** Where queries run that nobody has looked at (docs/concepts/threat-model.md). */
@NullMarked
package tarn.gateway.sandbox;

import org.jspecify.annotations.NullMarked;
