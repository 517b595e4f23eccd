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

  /** Whether the client's own limit is the one that applies. */
  public boolean isClients(Optional<Duration> requested) {
    return until(requested).compareTo(answer) < 0;
  }

  /** How long a request may wait, for memory and in the queue together. */
  public Duration maxWait(Optional<Duration> requested) {
    Duration whole = until(requested);
    return queue.filter(wait -> wait.compareTo(whole) < 0).orElse(whole);
  }

  /**
   * The deadline of a request.
   *
   * @param nowNanos when it was accepted, or began to wait for memory
   */
  public Deadline deadline(Optional<Duration> requested, long nowNanos) {
    return new Deadline(
        nowNanos + maxWait(requested).toNanos(),
        nowNanos + until(requested).toNanos(),
        standing.toNanos(),
        nowNanos + maxWait(Optional.empty()).toNanos(),
        nowNanos + answer.toNanos());
  }
}
