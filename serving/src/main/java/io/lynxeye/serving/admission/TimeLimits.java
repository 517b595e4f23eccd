package io.lynxeye.serving.admission;

import java.time.Duration;
import java.util.Optional;

/**
 * How long requests may take.
 *
 * @param answer from the acceptance of a request until its response
 * @param queue from its acceptance until its inference call starts; empty = limited by {@code
 *     answer} only
 * @param standing how long requests wait for their inference calls while an overload lasts; a burst
 *     may wait longer
 */
public record TimeLimits(Duration answer, Optional<Duration> queue, Duration standing) {

  /** Limits without separate ones for the queue. */
  public static TimeLimits of(Duration answer) {
    return new TimeLimits(answer, Optional.empty(), answer);
  }

  /**
   * The time that a request has.
   *
   * @param requested the client's own limit, which can only shorten the server's
   */
  public Duration until(Optional<Duration> requested) {
    return requested.filter(time -> time.compareTo(answer) < 0).orElse(answer);
  }

  /** The deadline of a request that is accepted at {@code nowNanos}. */
  public Deadline deadline(Optional<Duration> requested, long nowNanos) {
    long whole = until(requested).toNanos();
    long waiting = queue.map(Duration::toNanos).filter(wait -> wait < whole).orElse(whole);
    return new Deadline(nowNanos + waiting, nowNanos + whole, standing.toNanos());
  }
}
