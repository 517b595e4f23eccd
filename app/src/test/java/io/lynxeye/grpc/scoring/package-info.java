/** What the protocols over gRPC share. */
package io.lynxeye.grpc.scoring;
