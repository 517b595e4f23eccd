/** Traces for OpenTelemetry, which this package alone sees. */
package io.lynxeye.tracing;
