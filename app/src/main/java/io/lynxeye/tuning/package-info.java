/** Benchmarks models once per machine and caches the best settings. */
package io.lynxeye.tuning;
