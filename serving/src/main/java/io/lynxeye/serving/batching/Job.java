package io.lynxeye.serving.batching;

import io.lynxeye.serving.admission.RejectedException;
import java.util.concurrent.CompletableFuture;

/**
 * One input in the queue. Its future completes exactly once: with an output, with the engine's
 * failure, with a {@link RejectedException}, or cancelled by a caller that has lost interest.
 */
final class Job<I, O> {

  final I input;
  final long submittedNanos;
  final CompletableFuture<BatchOutput<O>> future = new CompletableFuture<>();
  private final long deadlineNanos;

  Job(I input, long submittedNanos, long deadlineNanos) {
    this.input = input;
    this.submittedNanos = submittedNanos;
    this.deadlineNanos = deadlineNanos;
  }

  /** Whether its future has completed already, so that running it would be wasted work. */
  boolean isAbandoned() {
    return future.isDone();
  }

  boolean isExpired(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A failure of the callback concerns no caller.
  void whenCancelled(Runnable then) {
    future.whenComplete(
        (output, failure) -> {
          if (future.isCancelled()) {
            then.run();
          }
        });
  }

  void reject(RejectedException.Reason reason) {
    future.completeExceptionally(new RejectedException(reason));
  }
}
