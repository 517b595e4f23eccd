/** What is measured, for Prometheus: every meter's name in one class, Meters. */
package io.lynxeye.metrics;
