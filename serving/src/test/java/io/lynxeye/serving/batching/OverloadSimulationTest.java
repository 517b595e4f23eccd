package io.lynxeye.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.admission.Deadline;
import io.lynxeye.serving.admission.ModelLimiter;
import io.lynxeye.serving.admission.Permit;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.fakes.FakeClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Simulates a server under three times its maximum load, in steps of a millisecond: every admitted
 * job completes in time, and the engine never lacks work because too many were rejected.
 */
class OverloadSimulationTest {

  private static final int CAPACITY = 128;
  private static final int WARM_UP = 5_000;
  private static final int END = 65_000;

  private record Waiting(Permit permit, long deadlineNanos) {}

  /** A batch in the engine. */
  private record Running(List<Waiting> jobs, int endMillis) {}

  private final FakeClock clock = new FakeClock();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final List<Running> running = new ArrayList<>();
  private int done;
  private int late;
  private int rejected;

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
  void anAdmittedJobCompletesInTime(int workers, int batchSize, int millisEach, int timeoutMillis) {
    ModelLimiter limiter = new ModelLimiter(CAPACITY, () -> workers * batchSize, clock::nanoTime);
    int arrivals = 0;
    for (int now = 0; now < END; now++) {
      endBatches(limiter, now);
      for (; arrivals < 3L * now / millisEach; arrivals++) {
        arrive(limiter, Duration.ofMillis(timeoutMillis));
      }
      startBatches(workers, batchSize, millisEach, now);
      clock.advance(Duration.ofMillis(1));
    }

    assertThat(late).isZero();
    assertThat(rejected).isPositive();
    assertThat(done).isGreaterThan((int) (0.95 * (END - WARM_UP) / millisEach));
  }

  private void arrive(ModelLimiter limiter, Duration timeout) {
    long deadline = clock.in(timeout);
    try {
      Permit permit = limiter.acquire(1, Integer.MAX_VALUE, Deadline.at(deadline)).get(0);
      waiting.add(new Waiting(permit, deadline));
    } catch (RejectedException e) {
      rejected++;
    }
  }

  /** Workers share the cores, so each is slower in proportion to their number. */
  private void startBatches(int workers, int batchSize, int millisEach, int now) {
    while (running.size() < workers && !waiting.isEmpty()) {
      int size = BatchPolicy.fit(waiting.size(), batchSize);
      List<Waiting> batch = Stream.generate(waiting::poll).limit(size).toList();
      running.add(new Running(batch, now + workers * millisEach * size));
    }
  }

  private void endBatches(ModelLimiter limiter, int now) {
    for (Running batch : List.copyOf(running)) {
      if (batch.endMillis <= now) {
        running.remove(batch);
        limiter.completed(batch.jobs.size());
        batch.jobs.forEach(job -> job.permit.close());
        late +=
            (int)
                batch.jobs.stream().filter(job -> clock.nanoTime() - job.deadlineNanos > 0).count();
        done += now < WARM_UP ? 0 : batch.jobs.size();
      }
    }
  }
}
