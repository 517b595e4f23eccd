package io.lynxeye.scoring;

import java.time.Duration;

/**
 * One second of a server's life.
 *
 * @param second counted from the server's start
 * @param succeeded scoring requests that ended with scores
 * @param refused ended by the caller's own fault: invalid, not found, unauthorized
 * @param rejected not taken in
 * @param failed not answered as they should be: the server's fault, or too late
 * @param abandoned ended by a client that had gone
 * @param pictures scored
 * @param meanBatch pictures in an engine call, on average; 0 without one
 * @param queued pictures that waited at the end of the second
 * @param p50 of how long the requests with scores took, as are the others; zero without one
 */
public record LiveSecond(
    long second,
    int succeeded,
    int refused,
    int rejected,
    int failed,
    int abandoned,
    int pictures,
    double meanBatch,
    int queued,
    Duration p50,
    Duration p95,
    Duration p99) {

  /** Requests that ended in it, however they did. */
  public int requests() {
    return succeeded + refused + rejected + failed + abandoned;
  }
}
