package io.lynxeye.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.fakes.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatcherTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeClock clock = new FakeClock();
  private final FakeRunner engine = new FakeRunner();
  private final Batcher<String, String> batcher = batcher(4, Duration.ZERO, engine);

  private Batcher<String, String> batcher(
      int maxBatchSize, Duration delay, BatchRunner<String, String> runner) {
    return new Batcher<>("test", new BatchPolicy(maxBatchSize, delay, 100, 1), runner, clock);
  }

  @AfterEach
  void close() throws InterruptedException {
    engine.releaseAll();
    assertThat(batcher.close(SOON)).isTrue();
  }

  private CompletableFuture<BatchOutput<String>> submit(String input) {
    return batcher.submit(input, clock.in(Duration.ofSeconds(1)));
  }

  private List<CompletableFuture<BatchOutput<String>>> submitAll(String... inputs) {
    return Stream.of(inputs).map(this::submit).toList();
  }

  /** Occupies the engine, so that further jobs wait. */
  private void occupyEngine() throws InterruptedException {
    engine.hold();
    assertThat(submit("first")).isNotDone();
    engine.awaitCall();
  }

  private static void assertOutput(
      CompletableFuture<BatchOutput<String>> job, String output, int batchSize) {
    assertThat(job)
        .succeedsWithin(SOON)
        .satisfies(
            done -> {
              assertThat(done.output()).isEqualTo(output);
              assertThat(done.batchSize()).isEqualTo(batchSize);
            });
  }

  private static void assertFailure(CompletableFuture<?> job, Class<?> type, String message) {
    assertThat(job)
        .failsWithin(SOON)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(type)
        .withMessageContaining(message);
  }

  @Test
  void runsAJobAtOnceWhenIdle() {
    assertOutput(submit("a"), "a!", 1);
    assertThat(clock.waits()).isZero();
  }

  @Test
  void jobsThatArriveWhileTheEngineIsBusyFormOneBatch() throws InterruptedException {
    occupyEngine();
    var others = submitAll("a", "b", "c", "d");
    assertThat(batcher.queued()).isEqualTo(4);

    engine.release(2);

    assertOutput(others.get(0), "a!", 4);
    assertOutput(others.get(1), "b!", 4);
    assertOutput(others.get(2), "c!", 4);
    assertOutput(others.get(3), "d!", 4);
    assertThat(engine.batches()).containsExactly(List.of("first"), List.of("a", "b", "c", "d"));
    assertThat(batcher.queued()).isZero();
  }

  @Test
  void aBatchNeverExceedsTheMaximum() throws InterruptedException {
    occupyEngine();
    List<CompletableFuture<BatchOutput<String>>> jobs =
        IntStream.range(0, 10).mapToObj(i -> submit("job " + i)).toList();

    engine.releaseAll();

    IntStream.range(0, 10).forEach(i -> assertOutput(jobs.get(i), "job " + i + "!", i < 8 ? 4 : 2));
    assertThat(engine.batches()).extracting(List::size).containsExactly(1, 4, 4, 2);
  }

  @Test
  void aFreeWorkerWaitsForTheDelayForABatchToFill() throws InterruptedException {
    Batcher<String, String> patient = batcher(4, Duration.ofMillis(10), engine);
    CompletableFuture<BatchOutput<String>> a = patient.submit("a", clock.in(Duration.ofSeconds(1)));
    clock.awaitLook();
    assertThat(engine.batches()).isEmpty();
    CompletableFuture<BatchOutput<String>> b = patient.submit("b", clock.in(Duration.ofSeconds(1)));

    clock.advance(Duration.ofMillis(10));

    assertOutput(a, "a!", 2);
    assertOutput(b, "b!", 2);
    patient.close(SOON);
  }

  @Test
  void reportsTheTimesOfQueueAndEngine() throws InterruptedException {
    occupyEngine();
    CompletableFuture<BatchOutput<String>> job = submit("a");
    clock.advance(Duration.ofMillis(30));
    engine.trouble(inputs -> clock.advance(Duration.ofMillis(7)));

    engine.releaseAll();

    assertThat(job)
        .succeedsWithin(SOON)
        .isEqualTo(new BatchOutput<>("a!", Duration.ofMillis(37), Duration.ofMillis(7), 1));
  }

  @Test
  void inAFailingBatchOnlyTheInvalidJobFails() throws InterruptedException {
    engine.trouble(
        inputs -> {
          if (inputs.contains("bad")) {
            throw new IllegalStateException("cannot take this");
          }
        });
    occupyEngine();
    var jobs = submitAll("a", "bad", "b", "c");

    engine.releaseAll();

    assertOutput(jobs.get(0), "a!", 1);
    assertFailure(jobs.get(1), IllegalStateException.class, "cannot take this");
    assertOutput(jobs.get(2), "b!", 1);
    assertOutput(jobs.get(3), "c!", 1);
    assertThat(engine.batches())
        .containsExactly(
            List.of("first"),
            List.of("a", "bad", "b", "c"),
            List.of("a"),
            List.of("bad"),
            List.of("b"),
            List.of("c"));
  }

  @Test
  void aJobAbandonedDuringAFailingBatchDoesNotRunAgain() throws InterruptedException {
    occupyEngine();
    var jobs = submitAll("a", "b", "c");
    engine.trouble(
        inputs -> {
          if (inputs.size() > 1) {
            jobs.get(1).cancel(false);
            throw new IllegalStateException("not together");
          }
        });

    engine.releaseAll();

    assertOutput(jobs.get(0), "a!", 1);
    assertOutput(jobs.get(2), "c!", 1);
    assertThat(engine.batches()).doesNotContain(List.of("b"));
  }

  @Test
  void aWrongNumberOfOutputsIsAFailure() throws InterruptedException {
    Batcher<String, String> broken = batcher(4, Duration.ZERO, inputs -> List.of("one", "two"));

    CompletableFuture<BatchOutput<String>> job =
        broken.submit("a", clock.in(Duration.ofSeconds(1)));

    assertFailure(job, IllegalStateException.class, "2 outputs for a batch of 1 inputs");
    broken.close(SOON);
  }

  @Test
  void anErrorFailsItsJobAndTheWorkerContinues() {
    engine.trouble(
        inputs -> {
          throw new StackOverflowError("too deep");
        });
    assertFailure(submit("a"), StackOverflowError.class, "too deep");

    engine.trouble(inputs -> {});
    assertOutput(submit("b"), "b!", 1);
  }

  @Test
  void anInterruptFlagOfTheRunnerDoesNotEndTheWorker() {
    engine.trouble(inputs -> Thread.currentThread().interrupt());
    assertOutput(submit("a"), "a!", 1);

    assertOutput(submit("b"), "b!", 1);
  }

  @Test
  void aJobCancelledBeforeItsTurnNeverRuns() throws InterruptedException {
    occupyEngine();
    var jobs = submitAll("a", "cancelled", "b");
    jobs.get(1).cancel(false);

    engine.releaseAll();

    assertOutput(jobs.get(2), "b!", 2);
    assertThat(engine.batches()).containsExactly(List.of("first"), List.of("a", "b"));
  }

  @Test
  void aJobThatExpiresBeforeItsTurnNeverRuns() throws InterruptedException {
    occupyEngine();
    CompletableFuture<BatchOutput<String>> late =
        batcher.submit("late", clock.in(Duration.ofMillis(5)));
    CompletableFuture<BatchOutput<String>> patient = submit("patient");
    clock.advance(Duration.ofMillis(5));

    engine.releaseAll();

    assertOutput(patient, "patient!", 1);
    QueueRig.assertRejected(late, RejectedException.Reason.DEADLINE);
    assertThat(engine.batches()).containsExactly(List.of("first"), List.of("patient"));
  }

  @Test
  void aPassedDeadlineIsRejectedAtOnce() {
    assertThatThrownBy(() -> batcher.submit("a", clock.nanoTime()))
        .isInstanceOf(RejectedException.class)
        .hasMessage("DEADLINE");
    assertThatThrownBy(() -> batcher.submit("a", clock.in(Duration.ofDays(-1))))
        .isInstanceOf(RejectedException.class)
        .hasMessage("DEADLINE");
    assertThat(engine.batches()).isEmpty();
  }
}
