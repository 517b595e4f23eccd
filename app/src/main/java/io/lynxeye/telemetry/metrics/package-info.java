/** Prometheus meters. */
package io.lynxeye.telemetry.metrics;
