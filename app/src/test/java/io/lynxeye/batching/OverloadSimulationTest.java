package io.lynxeye.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.fakes.FakeClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server under three times the load it can take, a millisecond at a time: whoever is let in has
 * its answer in time, and the engine never lacks work because too many were turned away.
 */
class OverloadSimulationTest {

  private static final int CAPACITY = 128;
  private static final int WARM_UP = 5_000;
  private static final int END = 65_000;

  /** One batch in the engine, until when. */
  private record Running(List<Long> deadlines, int endMillis) {}

  private final FakeClock clock = new FakeClock();
  private final Queue<Long> waiting = new ArrayDeque<>();
  private final List<Running> running = new ArrayList<>();
  private int done;
  private int late;
  private int refused;

  @ParameterizedTest
  @CsvSource({
    "1, 8, 25, 1000",
    "1, 8, 25, 30000",
    "2, 4, 25, 1000",
    "2, 4, 10, 500",
    "1, 8, 120, 4000",
    "4, 8, 3, 300",
    "1, 1, 40, 400",
    "1, 32, 2, 250",
  })
  void whoIsLetInIsInTime(int workers, int batchSize, int millisEach, int timeoutMillis) {
    Backlog backlog = new Backlog(CAPACITY, () -> workers * batchSize, clock);
    int arrivals = 0;
    for (int now = 0; now < END; now++) {
      endBatches(backlog, now);
      for (; arrivals < 3L * now / millisEach; arrivals++) {
        arrive(backlog, Duration.ofMillis(timeoutMillis));
      }
      startBatches(workers, batchSize, millisEach, now);
      clock.advance(Duration.ofMillis(1));
    }

    assertThat(late).isZero();
    assertThat(refused).isPositive();
    assertThat(done).isGreaterThan((int) (0.95 * (END - WARM_UP) / millisEach));
  }

  private void arrive(Backlog backlog, Duration timeout) {
    long deadline = clock.in(timeout);
    try {
      backlog.enter(1, Integer.MAX_VALUE, Deadline.at(deadline));
      waiting.add(deadline);
    } catch (RejectedException e) {
      refused++;
    }
  }

  /** Workers share the cores: each takes longer by their number. */
  private void startBatches(int workers, int batchSize, int millisEach, int now) {
    while (running.size() < workers && !waiting.isEmpty()) {
      int size = BatchPolicy.fit(waiting.size(), batchSize);
      List<Long> batch = Stream.generate(waiting::poll).limit(size).toList();
      running.add(new Running(batch, now + workers * millisEach * size));
    }
  }

  private void endBatches(Backlog backlog, int now) {
    for (Running batch : List.copyOf(running)) {
      if (batch.endMillis <= now) {
        running.remove(batch);
        backlog.drained(batch.deadlines.size());
        IntStream.range(0, batch.deadlines.size()).forEach(job -> backlog.leave());
        late += (int) batch.deadlines.stream().filter(end -> clock.nanoTime() - end > 0).count();
        done += now < WARM_UP ? 0 : batch.deadlines.size();
      }
    }
  }
}
