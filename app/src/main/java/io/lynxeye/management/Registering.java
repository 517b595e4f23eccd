package io.lynxeye.management;

import java.util.concurrent.CompletableFuture;

/**
 * A registration under way.
 *
 * @param accepted done when nothing speaks against it: neither is the version there nor on its way
 * @param done done when the version serves, or waits in the store because newer ones do; fails with
 *     the reason when it cannot be had or loaded
 */
public record Registering(CompletableFuture<Void> accepted, CompletableFuture<Void> done) {

  static Registering refused(ManagementException refusal) {
    CompletableFuture<Void> refused = CompletableFuture.failedFuture(refusal);
    return new Registering(refused, refused);
  }
}
