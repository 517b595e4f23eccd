/** Traces for OpenTelemetry; only this package uses its libraries. */
package io.lynxeye.tracing;
