package io.lynxeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryLogTest {

  @Test
  void theSlopeLeavesTheBeginningOut() {
    MemoryLog log = new MemoryLog();
    log.add(0, 100);
    log.add(60, 900);
    log.add(120, 1000);
    log.add(180, 1002);
    log.add(240, 1004);

    assertThat(log.slopePerMinute(120)).isCloseTo(2, within(1e-9));
    assertThat(log.slopePerMinute(240)).isNaN();
    assertThat(log.max()).isEqualTo(1004);
  }

  @Test
  void isCsv() {
    MemoryLog log = new MemoryLog();
    log.add(0, 100);
    log.add(10.04, 900.55);

    assertThat(log.csv()).isEqualTo("seconds,resident_mb\n0.0,100.0\n10.0,900.6\n");
  }

  @Test
  void goesOnWhenOneReadingFails() {
    AtomicInteger reads = new AtomicInteger();
    try (MemoryLog log =
        MemoryLog.start(
            Duration.ofMillis(5),
            () -> {
              if (reads.incrementAndGet() == 1) {
                throw new IOException("gone for a moment");
              }
              return 7;
            })) {
      await().until(() -> log.last() == 7);
    }
  }
}
