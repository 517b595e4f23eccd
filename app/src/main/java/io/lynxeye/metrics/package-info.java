/** Prometheus metrics; all names are in {@code Meters}. */
package io.lynxeye.metrics;
