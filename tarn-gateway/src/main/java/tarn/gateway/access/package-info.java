/** Who may do what: keys, roles, grants, tokens. */
@NullMarked
package tarn.gateway.access;

import org.jspecify.annotations.NullMarked;
