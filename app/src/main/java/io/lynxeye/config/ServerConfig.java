package io.lynxeye.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of the server. The batching values apply to models whose manifests do not set
 * them.
 *
 * @param host the address to listen on
 * @param port the HTTP port; 0 = any free one
 * @param defaultModel the model of {@code /score}
 * @param maxBatchSize the largest batch of one inference call, in images
 * @param maxBatchDelay how long an idle worker waits for a batch to fill
 * @param queueCapacity the in-flight limit of a model, in images, in addition to those that its
 *     workers can hold
 * @param workers concurrent inference calls of a model
 * @param requestTimeout from the last byte of a request to its response
 * @param maxQueueWait from the last byte of a request to the start of its inference call; empty =
 *     limited by the request timeout alone
 * @param targetQueueWait the same while an overload lasts; a burst may wait longer
 * @param maxBodyBytes the largest request body
 * @param maxJsonNumbers most numbers of tensors in a response in JSON
 * @param storeInterval time between two scans of the model store
 * @param drainTimeout how long a stop waits for accepted requests
 * @param stateDir where rollouts keep their state; empty = in the model store
 */
public record ServerConfig(
    String host,
    int port,
    String defaultModel,
    int maxBatchSize,
    Duration maxBatchDelay,
    int queueCapacity,
    int workers,
    Duration requestTimeout,
    Optional<Duration> maxQueueWait,
    Duration targetQueueWait,
    long maxBodyBytes,
    long maxJsonNumbers,
    Duration storeInterval,
    Duration drainTimeout,
    Optional<Path> stateDir) {

  // Far beyond any use, and small enough that sums and products do not overflow.
  private static final int MAX_BATCH_SIZE = 1024;
  private static final int MAX_QUEUE_CAPACITY = 100_000;
  private static final int MAX_WORKERS = 1024;
  private static final Duration LONGEST = Duration.ofDays(1);

  /**
   * Checks all values.
   *
   * @throws ConfigException with every problem
   */
  public ServerConfig {
    List<String> problems = new ArrayList<>();
    check(problems, !host.isBlank(), "host is empty");
    check(problems, port >= 0 && port <= 65_535, "port " + port + " is not in 0..65535");
    checkCount(problems, "batch-size", maxBatchSize, MAX_BATCH_SIZE);
    checkTime(problems, "max-batch-delay", maxBatchDelay);
    checkCount(problems, "queue-capacity", queueCapacity, MAX_QUEUE_CAPACITY);
    checkCount(problems, "workers", workers, MAX_WORKERS);
    check(problems, !requestTimeout.isZero(), "request-timeout must be more than 0");
    checkTime(problems, "request-timeout", requestTimeout);
    maxQueueWait.ifPresent(
        wait -> {
          check(problems, !wait.isZero(), "max-queue-wait must be more than 0");
          checkTime(problems, "max-queue-wait", wait);
        });
    check(problems, !targetQueueWait.isZero(), "target-queue-wait must be more than 0");
    checkTime(problems, "target-queue-wait", targetQueueWait);
    check(problems, maxBodyBytes >= 1, "max-body is less than 1 byte");
    check(problems, maxBodyBytes <= Integer.MAX_VALUE / 2, "max-body is more than 1 GB");
    check(problems, maxJsonNumbers >= 1, "max-json-numbers is less than 1");
    check(problems, !storeInterval.isZero(), "store-interval must be more than 0");
    checkTime(problems, "store-interval", storeInterval);
    checkTime(problems, "drain-timeout", drainTimeout);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static void checkCount(List<String> problems, String option, int count, int most) {
    check(problems, count >= 1, option + " " + count + " is less than 1");
    check(problems, count <= most, option + " " + count + " is more than " + most);
  }

  private static void checkTime(List<String> problems, String option, Duration time) {
    check(problems, !time.isNegative(), option + " is negative");
    check(problems, time.compareTo(LONGEST) <= 0, option + " is more than a day");
  }

  private static void check(List<String> problems, boolean good, String problem) {
    if (!good) {
      problems.add(problem);
    }
  }
}
