/** FHIR R4 resources: taken out of bundles and files, and brought into a table for each type. */
@NullMarked
package tarn.gateway.fhir;

import org.jspecify.annotations.NullMarked;
