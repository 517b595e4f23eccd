package io.lynxeye.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a connection may take before it has sent a whole request.
 *
 * @param maxConnections connections of a port at once; one more takes the place of the one that has
 *     been without a request for longest
 * @param headTime from a request's first byte to the end of its headers; of a connection's first
 *     request, from when it is opened
 * @param bodyGrace how long a body may be slower than the rate
 * @param bytesPerSecond a body's least rate, on average from its beginning
 */
public record ConnectionLimits(
    int maxConnections, Duration headTime, Duration bodyGrace, long bytesPerSecond) {

  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(4096, Duration.ofSeconds(10), Duration.ofSeconds(10), 1024);

  /**
   * Checks them all.
   *
   * @throws ConfigException with every problem there is
   */
  public ConnectionLimits {
    List<String> problems = new ArrayList<>();
    if (maxConnections < 1) {
      problems.add("max-connections " + maxConnections + " is less than 1");
    }
    if (headTime.toMillis() < 1 || bodyGrace.toMillis() < 1) {
      problems.add("a connection needs more than no time");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** The same for fewer, or more, connections. */
  public ConnectionLimits with(int connections) {
    return new ConnectionLimits(connections, headTime, bodyGrace, bytesPerSecond);
  }
}
