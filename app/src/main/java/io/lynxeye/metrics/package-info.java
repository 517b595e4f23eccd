/** What is measured, for Prometheus: every meter's name in one class. */
package io.lynxeye.metrics;
