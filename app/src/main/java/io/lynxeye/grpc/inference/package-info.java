/** The Open Inference Protocol's service. */
package io.lynxeye.grpc.inference;
