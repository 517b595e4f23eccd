/** Scoring of one message, the same for every protocol over gRPC. */
package io.lynxeye.grpc.scoring;
