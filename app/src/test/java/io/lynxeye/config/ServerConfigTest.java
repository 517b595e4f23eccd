package io.lynxeye.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {

  private static ServerConfig config(int port, int batchSize, int queueCapacity, int workers) {
    return config(port, batchSize, queueCapacity, workers, Duration.ZERO, Duration.ofSeconds(60));
  }

  private static ServerConfig config(
      int port,
      int batchSize,
      int queueCapacity,
      int workers,
      Duration maxBatchDelay,
      Duration requestTimeout) {
    return new ServerConfig(
        "127.0.0.1",
        port,
        "resnet50",
        batchSize,
        maxBatchDelay,
        queueCapacity,
        workers,
        requestTimeout,
        Optional.of(Duration.ofMillis(500)),
        Duration.ofSeconds(1),
        1 << 20,
        1000,
        Duration.ofSeconds(1),
        Duration.ofSeconds(20),
        Optional.empty());
  }

  @Test
  void takesValidValues() {
    assertThat(config(0, 1, 1, 1).port()).isZero();
    assertThat(config(65_535, 8, 256, 2).maxBatchSize()).isEqualTo(8);
  }

  @Test
  void reportsEveryProblemInOneMessage() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                new ServerConfig(
                    " ",
                    -1,
                    "resnet50",
                    0,
                    Duration.ofNanos(-1),
                    0,
                    0,
                    Duration.ZERO,
                    Optional.of(Duration.ZERO),
                    Duration.ZERO,
                    0,
                    0,
                    Duration.ZERO,
                    Duration.ofSeconds(-1),
                    Optional.empty()))
        .withMessage(
            "host is empty; port -1 is not in 0..65535; batch-size 0 is less than 1;"
                + " max-batch-delay is negative; queue-capacity 0 is less than 1;"
                + " workers 0 is less than 1; request-timeout must be more than 0;"
                + " max-queue-wait must be more than 0; target-queue-wait must be more than 0;"
                + " max-body is less than 1 byte; max-json-numbers is less than 1; store-interval must be more than 0;"
                + " drain-timeout is negative");
  }

  @Test
  void refusesABodyThatExceedsABuffer() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                new ServerConfig(
                    "127.0.0.1",
                    65_536,
                    "resnet50",
                    1,
                    Duration.ZERO,
                    1,
                    1,
                    Duration.ofSeconds(1),
                    Optional.empty(),
                    Duration.ofSeconds(1),
                    Long.MAX_VALUE,
                    1,
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    Optional.empty()))
        .withMessage("port 65536 is not in 0..65535; max-body is more than 1 GB");
  }

  @ParameterizedTest
  @ValueSource(ints = {100_001, Integer.MAX_VALUE})
  void refusesNumbersWhoseSumOverflows(int many) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> config(0, many, many, many))
        .withMessage(
            "batch-size %1$s is more than 1024; queue-capacity %1$s is more than 100000;"
                + " workers %1$s is more than 1024",
            Integer.toString(many));
  }

  @Test
  void refusesTimesThatOverflow() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> config(0, 1, 1, 1, forEver, forEver))
        .withMessage("max-batch-delay is more than a day; request-timeout is more than a day");
  }
}
