package io.lynxeye.serving.batching;

import static io.lynxeye.serving.admission.RejectedException.Reason.DEADLINE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchQueueTest {

  private final QueueRig rig = new QueueRig();

  @Test
  void takesJobsInTheOrderOfArrival() throws InterruptedException {
    rig.add("a");
    rig.add("b");
    rig.add("c");

    assertThat(rig.take(2)).containsExactly("a", "b");
    assertThat(rig.take(2)).containsExactly("c");
  }

  @Test
  void takesTheLargestBatchAndKeepsTheRestInOrder() throws InterruptedException {
    rig.add("a");
    rig.add("b");
    rig.add("c");
    assertThat(rig.take(4)).containsExactly("a", "b");
    rig.add("d");

    assertThat(rig.take(4)).containsExactly("c", "d");
    assertThat(rig.queue.size()).isZero();
  }

  @Test
  void onlyLiveJobsCountForABatch() throws InterruptedException {
    Job<String, String> expired = rig.add("expired", Duration.ofMillis(10));
    rig.add("a");
    rig.add("b");
    rig.add("c");
    rig.clock.advance(Duration.ofMillis(10));

    assertThat(rig.take(4)).containsExactly("a", "b");
    assertThat(rig.take(4)).containsExactly("c");
    QueueRig.assertRejected(expired.future, DEADLINE);
    assertThat(rig.released).containsExactly("expired");
  }

  @Test
  void rejectsExpiredJobs() throws InterruptedException {
    Job<String, String> atHead = rig.add("soon over", Duration.ofMillis(10));
    rig.add("alive");
    Job<String, String> inside = rig.add("soon over too", Duration.ofMillis(10));
    rig.clock.advance(Duration.ofMillis(10));

    assertThat(rig.take(4)).containsExactly("alive");
    QueueRig.assertRejected(atHead.future, DEADLINE);
    QueueRig.assertRejected(inside.future, DEADLINE);
  }

  @Test
  void rejectsAnExpiredJobEvenIfNoOtherArrives() {
    Job<String, String> job = rig.add("soon over", Duration.ofMillis(10));
    rig.clock.advance(Duration.ofMillis(10));

    CompletableFuture<List<String>> taken = rig.takeElsewhere(4, Duration.ZERO);

    QueueRig.assertRejected(job.future, DEADLINE);
    assertThat(taken).isNotDone();
    rig.queue.close();
    assertThat(taken).succeedsWithin(QueueRig.SECOND);
  }

  @Test
  void keepsAJobUntilItsDeadline() throws InterruptedException {
    rig.add("just in time", Duration.ofMillis(10));
    rig.clock.advance(Duration.ofMillis(10).minusNanos(1));

    assertThat(rig.take(1)).containsExactly("just in time");
  }

  @Test
  void dropsAbandonedJobs() throws InterruptedException {
    Job<String, String> job = rig.add("abandoned");
    rig.add("wanted");
    job.future.cancel(false);

    assertThat(rig.take(4)).containsExactly("wanted");
  }

  @Test
  void aDependentOfARejectedJobCanAddAnother() throws InterruptedException {
    Job<String, String> first = rig.add("a", Duration.ofMillis(10));
    Job<String, String> second = rig.add("b", Duration.ofMillis(10));
    rig.add("c", Duration.ofMillis(10));
    rig.add("d");
    QueueRig.whenEnded(first, () -> rig.add("a again"));
    QueueRig.whenEnded(second, () -> rig.add("b again"));
    rig.clock.advance(Duration.ofMillis(10));

    rig.add("e");

    assertThat(rig.take(4)).containsExactly("d", "e", "a again", "b again");
  }

  @Test
  void aDependentOfARejectedJobRunsWithoutTheLock() {
    Job<String, String> job = rig.add("soon over", Duration.ofMillis(10));
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    QueueRig.whenEnded(
        job,
        () ->
            seen.complete(
                CompletableFuture.supplyAsync(rig.queue::size).orTimeout(5, SECONDS).join()));
    rig.clock.advance(Duration.ofMillis(10));

    CompletableFuture<List<String>> taken = rig.takeElsewhere(1, Duration.ZERO);

    assertThat(seen).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(0);
    rig.queue.close();
    assertThat(taken).succeedsWithin(QueueRig.SECOND);
  }
}
