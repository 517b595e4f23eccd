/**
 * Limits on accepted work: a limiter grants a {@link io.lynxeye.admission.Permit} or throws a
 * {@link io.lynxeye.admission.RejectedException} that says why and when to retry.
 */
package io.lynxeye.admission;
