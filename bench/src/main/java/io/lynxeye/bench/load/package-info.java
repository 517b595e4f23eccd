/** Clients of a server: closed loop, open loop, and a request's outcome. */
package io.lynxeye.bench.load;
