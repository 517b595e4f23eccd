/** A server process and its clients: closed loop, open loop, patience for every answer. */
package io.lynxeye.bench.load;
