package io.lynxeye.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lynxeye.serving.fakes.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changing the number of workers while jobs arrive. */
@Timeout(30)
class BatcherScaleTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeClock clock = new FakeClock();
  private final FakeRunner engine = new FakeRunner();
  private final Batcher<String, String> batcher =
      new Batcher<>("test", new BatchPolicy(1, Duration.ZERO, 100, 1), engine, clock);

  @AfterEach
  void close() throws InterruptedException {
    engine.releaseAll();
    assertThat(batcher.close(SOON)).isTrue();
  }

  private CompletableFuture<BatchOutput<String>> submit(String input) {
    return batcher.submit(input, clock.in(Duration.ofSeconds(1)));
  }

  @Test
  void addedWorkersTakeQueuedJobs() throws InterruptedException {
    engine.hold();
    List<CompletableFuture<BatchOutput<String>>> jobs =
        List.of(submit("a"), submit("b"), submit("c"));
    engine.awaitCall();

    batcher.scale(3);

    engine.awaitCall();
    engine.awaitCall();
    assertThat(batcher.workers()).isEqualTo(3);
    engine.release(3);
    assertThat(jobs).allSatisfy(job -> assertThat(job).succeedsWithin(SOON));
  }

  @Test
  void removedWorkersFinishTheirBatches() throws InterruptedException {
    batcher.scale(3);
    engine.hold();
    List<CompletableFuture<BatchOutput<String>>> jobs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      jobs.add(submit("job " + i));
    }
    for (int i = 0; i < 3; i++) {
      engine.awaitCall();
    }
    engine.awaitHeld(3);

    batcher.scale(1);
    engine.release(3); // The three calls end; one worker remains.

    engine.awaitCall();
    assertThat(engine.batches()).hasSize(4);
    assertThat(batcher.queued()).isEqualTo(2);
    engine.release(3);
    assertThat(jobs).allSatisfy(job -> assertThat(job).succeedsWithin(SOON));
    assertThat(engine.batches()).hasSize(6);
  }

  @Test
  void anIdleWorkerRetiresAtOnce() throws InterruptedException {
    batcher.scale(4);
    batcher.scale(1);

    assertThat(submit("a")).succeedsWithin(SOON);
    assertThat(batcher.workers()).isEqualTo(1);
  }

  @Test
  void rejectsZeroWorkers() {
    assertThatIllegalArgumentException().isThrownBy(() -> batcher.scale(0));
  }

  @Test
  void losesNoJobWhileTheNumberOfWorkersChanges() throws InterruptedException {
    Batcher<Integer, Integer> real =
        new Batcher<>(
            "real",
            new BatchPolicy(4, Duration.ZERO, 1_000_000, 2),
            inputs -> inputs.stream().map(input -> -input).toList(),
            NanoClock.SYSTEM);
    AtomicBoolean done = new AtomicBoolean();
    Thread scaler =
        new Thread(
            () -> {
              for (int i = 0; !done.get(); i++) {
                real.scale(1 + i % 5);
              }
            });
    scaler.start();
    List<CompletableFuture<BatchOutput<Integer>>> jobs = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      jobs.add(real.submit(i, NanoClock.SYSTEM.nanoTime() + SOON.toNanos()));
    }

    for (int i = 0; i < jobs.size(); i++) {
      assertThat(jobs.get(i).join().output()).isEqualTo(-i);
    }
    done.set(true);
    scaler.join();
    assertThat(real.close(SOON)).isTrue();
  }
}
