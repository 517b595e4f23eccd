package io.lynxeye.batching;

import java.util.concurrent.CompletableFuture;

/**
 * One input on its way through the queue. Its future ends exactly once: with an output, with what
 * the engine threw, with a {@link RejectedException}, or cancelled by a caller that lost interest.
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

  /** Cancelled by its caller (or ended any other way): running it would be work for nobody. */
  boolean isAbandoned() {
    return future.isDone();
  }

  boolean isExpired(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // What it throws is for nobody.
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
