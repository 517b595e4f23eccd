/** JMH benchmarks of single steps of a request: time and allocation. */
package io.lynxeye.bench.micro;
