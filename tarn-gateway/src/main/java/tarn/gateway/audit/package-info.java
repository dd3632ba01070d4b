/** The audit trail: who asked for what, in files that cannot be changed unnoticed. */
@NullMarked
package tarn.gateway.audit;

import org.jspecify.annotations.NullMarked;
