package io.lynxeye.serving.batching;

import static io.lynxeye.serving.admission.RejectedException.Reason.DRAINING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a taker waits, and how a close ends the wait. */
@Timeout(30)
class BatchQueueWaitingTest {

  private final QueueRig rig = new QueueRig();

  @Test
  void withoutADelayDoesNotWaitForABatchToFill() throws InterruptedException {
    rig.add("alone");

    assertThat(rig.take(4, Duration.ZERO)).containsExactly("alone");
    assertThat(rig.clock.waits()).isZero();
  }

  @Test
  void withADelayWaitsFromTheSubmissionOfTheOldestJob() {
    rig.add("a");
    rig.clock.advance(Duration.ofMillis(3));
    CompletableFuture<List<String>> taken = rig.takeElsewhere(4, Duration.ofMillis(10));
    rig.add("b");

    rig.clock.advance(Duration.ofMillis(7).minusNanos(1));
    rig.clock.awaitLook();
    assertThat(taken).isNotDone();
    rig.clock.advance(Duration.ofNanos(1));

    assertThat(taken).succeedsWithin(QueueRig.SECOND.multipliedBy(10)).isEqualTo(List.of("a", "b"));
  }

  @Test
  void aFullBatchIsNotDelayed() {
    CompletableFuture<List<String>> taken = rig.takeElsewhere(2, Duration.ofMillis(10));
    rig.add("a");
    rig.clock.awaitLook();
    rig.add("b");

    assertThat(taken).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of("a", "b"));
  }

  @Test
  void aPartialBatchIsDelayed() {
    CompletableFuture<List<String>> taken = rig.takeElsewhere(4, Duration.ofMillis(10));
    rig.add("a");
    rig.add("b");
    rig.add("c");
    rig.clock.awaitLook();
    assertThat(taken).isNotDone();

    rig.clock.advance(Duration.ofMillis(10));

    assertThat(taken).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of("a", "b"));
    assertThat(rig.queue.size()).isEqualTo(1);
  }

  @Test
  void closingEndsADelay() {
    rig.add("a");
    CompletableFuture<List<String>> taken = rig.takeElsewhere(4, Duration.ofMillis(10));
    rig.clock.awaitLook();

    rig.queue.close();

    assertThat(taken).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of("a"));
  }

  @Test
  void aClosedQueueStillReturnsItsJobs() throws InterruptedException {
    rig.add("a");
    rig.add("b");
    rig.queue.close();

    rig.assertRejects(DRAINING);
    assertThat(rig.take(1)).containsExactly("a");
    assertThat(rig.take(1)).containsExactly("b");
    assertThat(rig.take(1)).isEmpty();
    assertThat(rig.take(1)).isEmpty();
  }

  @Test
  void closingWakesAllWaitingTakers() {
    CompletableFuture<List<String>> one = rig.takeElsewhere(4, Duration.ZERO);
    CompletableFuture<List<String>> other = rig.takeElsewhere(4, Duration.ofMillis(10));

    rig.queue.close();

    assertThat(one).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of());
    assertThat(other).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of());
  }

  @Test
  void rejectsAllQueuedJobs() throws InterruptedException {
    Job<String, String> a = rig.add("a");
    Job<String, String> b = rig.add("b");

    rig.queue.close();
    rig.queue.rejectAll();

    QueueRig.assertRejected(a.future, DRAINING);
    QueueRig.assertRejected(b.future, DRAINING);
    assertThat(rig.take(4)).isEmpty();
  }
}
