/** JMH benchmarks: what one request costs, step by step, in time and in garbage. */
package io.lynxeye.bench.micro;
