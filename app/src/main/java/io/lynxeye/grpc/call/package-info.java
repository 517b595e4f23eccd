/** One gRPC call, from its headers to its end. */
package io.lynxeye.grpc.call;
