/** Requests and answers: routes, problems, pages, the contract. */
@NullMarked
package tarn.gateway.http;

import org.jspecify.annotations.NullMarked;
