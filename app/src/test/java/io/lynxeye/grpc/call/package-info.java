/** Calls, with the memory of their messages. */
package io.lynxeye.grpc.call;
