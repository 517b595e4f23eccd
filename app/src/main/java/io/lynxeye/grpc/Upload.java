package io.lynxeye.grpc;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a call still has to bring: it may take so long, from the call's head or the message's first
 * byte on, and is refused then. Whoever is told that it has arrived may answer the call, and nobody
 * else may, so that it is ended once.
 *
 * <p>Event loops, gRPC's threads and the timer use it: thread-safe.
 */
final class Upload {

  private static final Context.Key<Upload> CURRENT = Context.key("upload");

  private final Function<Runnable, Future<?>> deadline;
  private Optional<Future<?>> timer = Optional.empty();
  private int begun;
  private Optional<StatusRuntimeException> refusal = Optional.empty();
  private Consumer<StatusRuntimeException> end = why -> {};

  /**
   * @param deadline has something done when a message should have arrived
   */
  Upload(Function<Runnable, Future<?>> deadline) {
    this.deadline = deadline;
  }

  /** That of the call that is being handled on this thread. */
  static Upload current() {
    return CURRENT.get();
  }

  Context in(Context context) {
    return context.withValue(CURRENT, this);
  }

  /** Something is awaited from now on. Idempotent until it arrives. */
  synchronized void begin() {
    if (timer.isEmpty() && refusal.isEmpty()) {
      int number = ++begun;
      timer = Optional.of(deadline.apply(() -> late(number)));
    }
  }

  /** Cancelling a timer that fires already does not stop it. */
  private synchronized void late(int number) {
    if (timer.isPresent() && number == begun) {
      refuse(
          Status.DEADLINE_EXCEEDED
              .withDescription("the message did not arrive in time; send it faster")
              .asRuntimeException());
    }
  }

  /** Ends the call, unless that was done before. */
  synchronized void refuse(StatusRuntimeException why) {
    stopTimer();
    if (refusal.isEmpty()) {
      refusal = Optional.of(why);
      end.accept(why);
    }
  }

  /** What ends the call. */
  synchronized void onRefusal(Consumer<StatusRuntimeException> ending) {
    end = ending;
    refusal.ifPresent(ending);
  }

  /**
   * Nothing is awaited any more. Idempotent.
   *
   * @return whether the call goes on; else it has been refused and must be left alone
   */
  synchronized boolean arrived() {
    stopTimer();
    return refusal.isEmpty();
  }

  private void stopTimer() {
    timer.ifPresent(running -> running.cancel(false));
    timer = Optional.empty();
  }
}
