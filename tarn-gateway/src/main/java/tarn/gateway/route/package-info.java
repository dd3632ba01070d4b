/** What the service's routes do. */
@NullMarked
package tarn.gateway.route;

import org.jspecify.annotations.NullMarked;
