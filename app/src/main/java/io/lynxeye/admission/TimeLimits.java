package io.lynxeye.scoring;

import io.lynxeye.batching.Deadline;
import java.time.Duration;
import java.util.Optional;

/**
 * How long requests may take.
 *
 * @param answer from a request's acceptance until its answer
 * @param queue from its acceptance until the engine begins with it; empty = as long as the answer
 *     allows
 */
public record TimeLimits(Duration answer, Optional<Duration> queue) {

  /** Without a bound of its own for the queue. */
  public static TimeLimits of(Duration answer) {
    return new TimeLimits(answer, Optional.empty());
  }

  /**
   * What a request has until its answer.
   *
   * @param asked what the caller gives it
   */
  Duration until(Optional<Duration> asked) {
    return asked.filter(time -> time.compareTo(answer) < 0).orElse(answer);
  }

  /** The same as moments, for a request accepted now. */
  Deadline deadline(Optional<Duration> asked, long nowNanos) {
    long whole = until(asked).toNanos();
    long waiting = queue.map(Duration::toNanos).filter(wait -> wait < whole).orElse(whole);
    return new Deadline(nowNanos + waiting, nowNanos + whole);
  }
}
