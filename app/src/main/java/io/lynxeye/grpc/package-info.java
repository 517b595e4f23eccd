/** The Open Inference Protocol over gRPC. */
package io.lynxeye.grpc;
