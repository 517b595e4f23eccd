/** The gRPC endpoint. */
package io.lynxeye.grpc;
