/**
 * The Open Inference Protocol over gRPC, as clients made from its published description call it.
 */
package io.lynxeye.grpc;
