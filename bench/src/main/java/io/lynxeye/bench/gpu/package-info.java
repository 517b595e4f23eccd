/** {@code ./lynxeye bench gpu}: compares devices in scores and speed. */
package io.lynxeye.bench.gpu;
