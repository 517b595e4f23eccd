/** The Open Inference Protocol over gRPC: calls in, tensors and pictures out of them, answers. */
package io.lynxeye.grpc;
