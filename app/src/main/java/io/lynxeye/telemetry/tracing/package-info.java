/** Spans for OpenTelemetry. */
package io.lynxeye.telemetry.tracing;
