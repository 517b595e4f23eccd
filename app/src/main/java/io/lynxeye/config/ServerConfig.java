package io.lynxeye.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything the server is told at start.
 *
 * @param host the address to listen on
 * @param port the port; 0 = any free one
 * @param store the model store's folder
 * @param cache the user's cache folder: unpacked natives, downloads
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param defaultModel the model of {@code /score}
 * @param maxBatchSize most pictures in one engine call, where a manifest does not say
 * @param maxBatchDelay how long a free engine waits for a batch to fill; likewise
 * @param queueCapacity most pictures that wait for a model; likewise
 * @param workers engine calls of a model that may run at once; likewise
 * @param requestTimeout from a request's last byte to its answer
 * @param maxBodyBytes the largest body
 * @param maxPixels the largest picture, by the width and height its header tells
 * @param drainTimeout how long a stop waits for what was accepted
 */
public record ServerConfig(
    String host,
    int port,
    Path store,
    Path cache,
    String device,
    String defaultModel,
    int maxBatchSize,
    Duration maxBatchDelay,
    int queueCapacity,
    int workers,
    Duration requestTimeout,
    long maxBodyBytes,
    long maxPixels,
    Duration drainTimeout) {

  /**
   * @throws ConfigException with every problem there is
   */
  public ServerConfig {
    List<String> problems = new ArrayList<>();
    check(problems, !host.isBlank(), "host is empty");
    check(problems, port >= 0 && port <= 65_535, "port " + port + " is not in 0..65535");
    check(problems, maxBatchSize >= 1, "batch-size " + maxBatchSize + " is less than 1");
    check(problems, !maxBatchDelay.isNegative(), "max-batch-delay is negative");
    check(problems, queueCapacity >= 1, "queue-capacity " + queueCapacity + " is less than 1");
    check(problems, workers >= 1, "workers " + workers + " is less than 1");
    check(problems, isPositive(requestTimeout), "request-timeout must be more than 0");
    check(problems, maxBodyBytes >= 1, "max-body is less than 1 byte");
    check(problems, maxBodyBytes <= Integer.MAX_VALUE / 2, "max-body is over 1 GB");
    check(problems, maxPixels >= 1, "max-pixels " + maxPixels + " is less than 1");
    check(problems, !drainTimeout.isNegative(), "drain-timeout is negative");
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }

  private static void check(List<String> problems, boolean good, String problem) {
    if (!good) {
      problems.add(problem);
    }
  }
}
