package io.lynxeye.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the server is told at start.
 *
 * @param host the address to listen on
 * @param port the port; 0 = any free one
 * @param defaultModel the model of {@code /score}
 * @param maxBatchSize most pictures in one engine call, where a manifest does not say
 * @param maxBatchDelay how long a free engine waits for a batch to fill; likewise
 * @param queueCapacity most pictures on their way to a model beyond those its engine can hold;
 *     likewise
 * @param workers engine calls of a model that may run at once; likewise
 * @param requestTimeout from a request's last byte to its answer
 * @param maxQueueWait from there until the engine begins with it; empty = as long as the answer may
 *     take
 * @param maxBodyBytes the largest body
 * @param storeInterval how long between two looks into the model store
 * @param drainTimeout how long a stop waits for what was accepted
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
    long maxBodyBytes,
    Duration storeInterval,
    Duration drainTimeout) {

  // Far beyond any use, and small enough that sums and products of them fit their types.
  private static final int MAX_BATCH_SIZE = 1024;
  private static final int MAX_QUEUE_CAPACITY = 100_000;
  private static final int MAX_WORKERS = 1024;
  private static final Duration LONGEST = Duration.ofDays(1);

  /**
   * @throws ConfigException with every problem there is
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
    check(problems, maxBodyBytes >= 1, "max-body is less than 1 byte");
    check(problems, maxBodyBytes <= Integer.MAX_VALUE / 2, "max-body is over 1 GB");
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
    check(problems, time.compareTo(LONGEST) <= 0, option + " is over a day");
  }

  private static void check(List<String> problems, boolean good, String problem) {
    if (!good) {
      problems.add(problem);
    }
  }
}
