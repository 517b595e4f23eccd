package io.lynxeye.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.fakes.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A queue on a clock that the test advances. */
final class QueueRig {

  static final Duration SECOND = Duration.ofSeconds(1);

  final FakeClock clock = new FakeClock();
  final Queue<String> released = new ConcurrentLinkedQueue<>();
  final BatchQueue<String, String> queue = new BatchQueue<>(clock, released::add);

  Job<String, String> add(String input) {
    return add(input, SECOND);
  }

  Job<String, String> add(String input, Duration timeLeft) {
    Job<String, String> job = new Job<>(input, clock.nanoTime(), clock.in(timeLeft));
    queue.add(job);
    return job;
  }

  List<String> take(int maxSize) throws InterruptedException {
    return take(maxSize, Duration.ZERO);
  }

  List<String> take(int maxSize, Duration delay) throws InterruptedException {
    return queue.take(maxSize, delay.toNanos(), () -> false).stream()
        .map(job -> job.input)
        .toList();
  }

  CompletableFuture<List<String>> takeElsewhere(int maxSize, Duration delay) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return take(maxSize, delay);
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
        },
        work -> new Thread(work, "taker").start());
  }

  static void assertRejected(CompletableFuture<?> future, RejectedException.Reason reason) {
    assertThat(future)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Only its effect matters.
  static void whenEnded(Job<String, String> job, Runnable then) {
    job.future.whenComplete((output, failure) -> then.run());
  }

  void assertRejects(RejectedException.Reason reason) {
    assertThatThrownBy(() -> add("one more"))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessage(reason.name());
  }
}
