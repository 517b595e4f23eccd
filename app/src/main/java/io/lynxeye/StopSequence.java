package io.lynxeye;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a stop. They share one time, and each has a second more; one that fails or hangs
 * must not keep the next from happening.
 */
final class StopSequence {

  private static final Logger log = LoggerFactory.getLogger(StopSequence.class);
  private static final Duration MORE = Duration.ofSeconds(1);

  private final long endNanos;

  /** The time begins now. */
  StopSequence(Duration atMost) {
    this.endNanos = System.nanoTime() + atMost.toNanos();
  }

  /** Waits for the end of a step. */
  void await(String step, CompletionStage<?> stage) throws InterruptedException {
    long left = Math.max(0, endNanos - System.nanoTime());
    try {
      stage.toCompletableFuture().get(left + MORE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("{} did not end well: {}", step, e.toString());
    }
  }
}
