package io.lynxeye.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RejectedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatcherCloseTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeRunner engine = new FakeRunner();
  private final Batcher<String, String> batcher =
      new Batcher<>("closing", new BatchPolicy(4, Duration.ZERO, 100, 2), engine, NanoClock.SYSTEM);

  @AfterEach
  void free() {
    engine.releaseAll();
  }

  private CompletableFuture<BatchOutput<String>> submit(String input) {
    return batcher.submit(input, NanoClock.SYSTEM.nanoTime() + SOON.toNanos());
  }

  /** Submits jobs until both workers are in an inference call. */
  private void occupyWorkers() throws InterruptedException {
    engine.hold();
    for (String input : List.of("one", "two")) {
      assertThat(submit(input)).isNotDone();
      engine.awaitCall();
    }
  }

  private void assertRejects() {
    assertThatThrownBy(() -> submit("too late"))
        .isInstanceOf(RejectedException.class)
        .hasMessage("DRAINING");
  }

  private CompletableFuture<Boolean> closeElsewhere() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                closed.complete(batcher.close(SOON));
              } catch (InterruptedException e) {
                closed.completeExceptionally(e);
              }
            },
            "closer")
        .start();
    return closed;
  }

  @Test
  void finishesAcceptedJobsAndRejectsLaterOnes() throws InterruptedException {
    occupyWorkers();
    List<CompletableFuture<BatchOutput<String>>> accepted =
        IntStream.range(0, 10).mapToObj(i -> submit("job " + i)).toList();
    CompletableFuture<Boolean> closed = closeElsewhere();
    Awaitility.await().untilAsserted(this::assertRejects);
    assertThat(closed).isNotDone();

    engine.releaseAll();

    assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
    assertThat(accepted).allSatisfy(job -> assertThat(job).isCompleted());
  }

  @Test
  void closesAtOnceIfIdleAndCanBeClosedAgain() throws InterruptedException {
    assertThat(batcher.close(SOON)).isTrue();
    assertThat(batcher.close(Duration.ZERO)).isTrue();
    assertRejects();
  }

  @Test
  void aBlockedEngineDoesNotBlockTheClose() throws InterruptedException {
    occupyWorkers();
    CompletableFuture<BatchOutput<String>> waiting = submit("waiting");
    long start = System.nanoTime();

    boolean drained = batcher.close(Duration.ofMillis(50));

    assertThat(drained).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    QueueRig.assertRejected(waiting, RejectedException.Reason.DRAINING);
    assertThat(batcher.queued()).isZero();
  }

  @Test
  void aJobInABlockedEngineCompletesWithItsCall() throws InterruptedException {
    engine.hold();
    CompletableFuture<BatchOutput<String>> stuck = submit("stuck");
    engine.awaitCall();
    assertThat(batcher.close(Duration.ofMillis(1))).isFalse();
    assertThat(stuck).isNotDone();

    engine.releaseAll();

    assertThat(stuck).succeedsWithin(SOON);
    assertThat(batcher.close(SOON)).isTrue();
  }
}
