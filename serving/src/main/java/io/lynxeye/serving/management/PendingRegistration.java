package io.lynxeye.serving.management;

import java.util.concurrent.CompletableFuture;

/**
 * A registration in progress.
 *
 * @param accepted completes when the version neither exists nor is being imported
 * @param done completes when the version serves, or when it is in the store and newer versions are
 *     served; fails with the reason when it cannot be fetched or loaded
 */
public record PendingRegistration(CompletableFuture<Void> accepted, CompletableFuture<Void> done) {

  static PendingRegistration refused(ManagementException refusal) {
    CompletableFuture<Void> refused = CompletableFuture.failedFuture(refusal);
    return new PendingRegistration(refused, refused);
  }
}
