package io.lynxeye.serving.batching;

import static io.lynxeye.serving.admission.RejectedException.Reason.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.fakes.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the memory of an input is released. */
@Timeout(30)
class ReleaseTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeClock clock = new FakeClock();
  private final FakeRunner engine = new FakeRunner();
  private final Queue<String> released = new ConcurrentLinkedQueue<>();
  private final Batcher<String, String> batcher =
      new Batcher<>("test", new BatchPolicy(4, Duration.ZERO, 4, 1), new Releasing(), clock);

  private final class Releasing implements BatchRunner<String, String> {

    @Override
    public List<String> run(List<String> inputs) {
      return engine.run(inputs);
    }

    @Override
    public void release(String input) {
      released.add(input);
      if (input.startsWith("awkward")) {
        throw new IllegalStateException(input);
      }
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    engine.releaseAll();
    assertThat(batcher.close(SOON)).isTrue();
  }

  private CompletableFuture<BatchOutput<String>> submit(String input) {
    return batcher.submit(input, clock.in(Duration.ofSeconds(1)));
  }

  private CompletableFuture<BatchOutput<String>> occupyEngine() throws InterruptedException {
    engine.hold();
    CompletableFuture<BatchOutput<String>> first = submit("first");
    engine.awaitCall();
    return first;
  }

  private void awaitReleased(String... inputs) {
    Awaitility.await().untilAsserted(() -> assertThat(released).containsExactlyInAnyOrder(inputs));
  }

  @Test
  void afterItRan() throws InterruptedException {
    CompletableFuture<BatchOutput<String>> first = occupyEngine();
    assertThat(released).isEmpty();

    engine.releaseAll();

    assertThat(first).succeedsWithin(SOON);
    awaitReleased("first");
  }

  @Test
  void afterItRanEvenIfItWasAbandoned() throws InterruptedException {
    occupyEngine().cancel(false);
    assertThat(released).isEmpty();

    engine.releaseAll();

    awaitReleased("first");
  }

  @Test
  void atOnceWhenItIsAbandonedInTheQueue() throws InterruptedException {
    assertThat(occupyEngine()).isNotDone();
    CompletableFuture<BatchOutput<String>> gone = submit("gone");

    gone.cancel(false);

    assertThat(released).containsExactly("gone");
    assertThat(batcher.queued()).isZero();
  }

  @Test
  void whenItsDeadlinePassesInTheQueue() throws InterruptedException {
    CompletableFuture<BatchOutput<String>> first = occupyEngine();
    CompletableFuture<BatchOutput<String>> late = submit("late");
    clock.advance(Duration.ofSeconds(1));

    engine.releaseAll();

    assertThat(first).succeedsWithin(SOON);
    QueueRig.assertRejected(late, DEADLINE);
    awaitReleased("first", "late");
  }

  @Test
  void afterTheLastAttemptOfAFailingBatch() throws InterruptedException {
    CompletableFuture<BatchOutput<String>> first = occupyEngine();
    CompletableFuture<BatchOutput<String>> good = submit("good");
    CompletableFuture<BatchOutput<String>> bad = submit("bad");
    CompletableFuture<BatchOutput<String>> gone = submit("gone");
    CompletableFuture<BatchOutput<String>> another = submit("another");
    engine.trouble(
        inputs -> {
          assertThat(released).doesNotContainAnyElementsOf(inputs);
          if (inputs.contains("bad")) {
            gone.cancel(false);
            throw new IllegalStateException("bad");
          }
        });

    engine.releaseAll();

    assertThat(List.of(first, good, another))
        .allSatisfy(job -> assertThat(job).succeedsWithin(SOON));
    assertThat(bad).failsWithin(SOON);
    awaitReleased("first", "good", "bad", "gone", "another");
  }

  @Test
  void whenTheCloseRejectsIt() throws InterruptedException {
    CompletableFuture<BatchOutput<String>> first = occupyEngine();
    CompletableFuture<BatchOutput<String>> waiting = submit("waiting");

    assertThat(batcher.close(Duration.ofMillis(1))).isFalse();

    QueueRig.assertRejected(waiting, RejectedException.Reason.DRAINING);
    assertThat(released).containsExactly("waiting");
    engine.releaseAll();
    assertThat(first).succeedsWithin(SOON);
    awaitReleased("waiting", "first");
  }

  @Test
  void neverIfItWasNotAccepted() throws InterruptedException {
    assertThat(occupyEngine()).isNotDone();
    for (String input : List.of("a", "b", "c", "d")) {
      assertThat(submit(input)).isNotDone();
    }

    assertThatThrownBy(() -> batcher.submit("late", clock.nanoTime())).hasMessage("DEADLINE");
    engine.releaseAll();
    assertThat(batcher.close(SOON)).isTrue();
    assertThatThrownBy(() -> submit("one more")).hasMessage("DRAINING");

    awaitReleased("first", "a", "b", "c", "d");
  }

  @Test
  void aFailureOfTheReleaseAffectsNoOtherJob() throws InterruptedException {
    assertThat(occupyEngine()).isNotDone();
    CompletableFuture<BatchOutput<String>> awkward = submit("awkward");
    CompletableFuture<BatchOutput<String>> other = submit("other");

    engine.releaseAll();

    assertThat(awkward).succeedsWithin(SOON);
    assertThat(other).succeedsWithin(SOON);
    awaitReleased("first", "awkward", "other");
    assertThat(submit("next")).succeedsWithin(SOON);
  }
}
