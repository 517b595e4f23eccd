package io.lynxeye.serving.observation;

import java.time.Duration;

/**
 * Statistics of one second of a server.
 *
 * @param second counted from the server's start
 * @param succeeded scoring requests that were scored
 * @param refused requests with an error of the client: invalid, not found, unauthorized
 * @param rejected requests that were not admitted
 * @param failed requests with an error of the server, or scored too late
 * @param abandoned requests whose client had disconnected, or whose client's time limit had passed
 * @param images scored images
 * @param meanBatch images per inference call, on average; 0 without a call
 * @param queued images that waited at the end of the second
 * @param p50 percentiles of the time of successful requests; zero without one
 */
public record SecondStats(
    long second,
    int succeeded,
    int refused,
    int rejected,
    int failed,
    int abandoned,
    int images,
    double meanBatch,
    int queued,
    Duration p50,
    Duration p95,
    Duration p99) {

  /** All requests that ended in this second. */
  public int requests() {
    return succeeded + refused + rejected + failed + abandoned;
  }
}
