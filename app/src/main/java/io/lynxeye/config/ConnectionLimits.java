package io.lynxeye.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits of a connection until it has sent a complete request.
 *
 * @param maxConnections open connections of a port; one more closes the connection that has been
 *     without a request for longest
 * @param headTime time for the headers of a request, from its first byte; for the first request of
 *     a connection, from its opening
 * @param bodyGrace how long a body may be slower than the minimum rate
 * @param bytesPerSecond the minimum rate of a body, on average since its first byte
 */
public record ConnectionLimits(
    int maxConnections, Duration headTime, Duration bodyGrace, long bytesPerSecond) {

  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(4096, Duration.ofSeconds(10), Duration.ofSeconds(10), 1024);

  /**
   * Checks all values.
   *
   * @throws ConfigException with every problem
   */
  public ConnectionLimits {
    List<String> problems = new ArrayList<>();
    if (maxConnections < 1) {
      problems.add("max-connections " + maxConnections + " is less than 1");
    }
    if (headTime.toMillis() < 1 || bodyGrace.toMillis() < 1) {
      problems.add("the time limits of a connection must be more than 0");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** Returns these limits with fewer connections, if they have more. */
  public ConnectionLimits atMost(int connections) {
    return with(Math.min(connections, maxConnections));
  }

  /** Returns these limits with another number of connections. */
  public ConnectionLimits with(int connections) {
    return new ConnectionLimits(connections, headTime, bodyGrace, bytesPerSecond);
  }
}
