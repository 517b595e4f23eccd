package io.lynxeye.bench.part;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.load.FakeServer;
import io.lynxeye.bench.setup.TestImage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class OpenPartTest {

  private static final double SECONDS = 0.16;

  private final Figures figures = new Figures();
  private final Set<String> deadlines = ConcurrentHashMap.newKeySet();
  private final Round round =
      new Round(
          figures,
          List.of(new TestImage(TestImage.LYNX, 400, 600, new byte[] {1, 2, 3})),
          SECONDS,
          false);

  @Test
  void loadsArePercentagesOfTheCapacity() throws InterruptedException {
    figures.add("closed.32.images_per_s", 100.0);

    measure(700);

    assertThat(figures.median("open.50.offered_per_s")).isEqualTo(50);
    assertThat(figures.median("open.300.offered_per_s")).isEqualTo(300);
    assertThat(figures.median("open.50.status_200")).isEqualTo(10);
    assertThat(figures.median("open.300.failed")).isZero();
    assertThat(figures.median("open.300.recovery_s")).isLessThan(20);
    assertThat(deadlines).containsExactly("700");
  }

  @Test
  void theDefaultDeadlineIsTheTimeOfTwoAndAHalfBatches() throws InterruptedException {
    figures.add("closed.32.images_per_s", 10.0);

    measure(0);

    assertThat(deadlines).containsExactly("2000");
    assertThat(figures.median("open.deadline_ms")).isEqualTo(2000);
  }

  @Test
  void theDefaultDeadlineIsAtLeastASecond() throws InterruptedException {
    figures.add("closed.32.images_per_s", 200.0);

    measure(0);

    assertThat(deadlines).containsExactly("1000");
  }

  private void measure(long deadlineMillis) throws InterruptedException {
    figures.add("closed.1.p50_ms", Duration.ofSeconds(10).toMillis());
    try (FakeServer server =
        FakeServer.answering(
            (request, body) -> {
              deadlines.add(String.valueOf(request.getHeader(OpenPart.DEADLINE)));
              request.response().end();
            })) {
      new OpenPart(server.target(), deadlineMillis, 8).measure(round);
    }
  }
}
