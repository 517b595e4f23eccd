package io.lynxeye.server;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a stop. They share a time limit, and each gets one more second; a step that fails or
 * hangs does not prevent the next ones.
 */
final class StopSequence {

  private static final Logger log = LoggerFactory.getLogger(StopSequence.class);
  private static final Duration EXTRA = Duration.ofSeconds(1);

  private final long endNanos;

  /** Starts the time limit. */
  StopSequence(Duration atMost) {
    this.endNanos = System.nanoTime() + atMost.toNanos();
  }

  /** Waits for the end of a step; logs its failure. */
  void await(String step, CompletionStage<?> stage) throws InterruptedException {
    long left = Math.max(0, endNanos - System.nanoTime());
    try {
      stage.toCompletableFuture().get(left + EXTRA.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("{} failed: {}", step, e.toString());
    }
  }
}
