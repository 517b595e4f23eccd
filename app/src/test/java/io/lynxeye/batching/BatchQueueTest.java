package io.lynxeye.batching;

import static io.lynxeye.batching.RejectedException.Reason.DEADLINE;
import static io.lynxeye.batching.RejectedException.Reason.DRAINING;
import static io.lynxeye.batching.RejectedException.Reason.QUEUE_FULL;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.fakes.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchQueueTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeClock clock = new FakeClock();
  private final BatchQueue<String, String> queue = new BatchQueue<>(4, clock);

  private Job<String, String> add(String input) {
    return add(input, SECOND);
  }

  private Job<String, String> add(String input, Duration timeLeft) {
    Job<String, String> job = new Job<>(input, clock.nanoTime(), clock.in(timeLeft));
    queue.add(job);
    return job;
  }

  private List<String> take(int maxSize) throws InterruptedException {
    return take(maxSize, Duration.ZERO);
  }

  private List<String> take(int maxSize, Duration delay) throws InterruptedException {
    return queue.take(maxSize, delay.toNanos()).stream().map(job -> job.input).toList();
  }

  private CompletableFuture<List<String>> takeElsewhere(int maxSize, Duration delay) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return take(maxSize, delay);
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
        },
        work -> new Thread(work, "taker").start());
  }

  static void assertRejected(CompletableFuture<?> future, RejectedException.Reason reason) {
    assertThat(future)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Only its effect matters.
  private static void whenEnded(Job<String, String> job, Runnable then) {
    job.future.whenComplete((output, failure) -> then.run());
  }

  private void assertRefused(RejectedException.Reason reason) {
    assertThatThrownBy(() -> add("one more"))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessage(reason.name());
  }

  @Test
  void handsOutJobsInTheOrderTheyCame() throws InterruptedException {
    add("a");
    add("b");
    add("c");

    assertThat(take(2)).containsExactly("a", "b");
    assertThat(take(2)).containsExactly("c");
  }

  @Test
  void refusesOneMoreThanItHolds() {
    for (int i = 0; i < 4; i++) {
      add("job " + i);
    }

    assertRefused(QUEUE_FULL);
    assertThat(queue.size()).isEqualTo(4);
  }

  @Test
  void hasRoomAgainOnceSomethingWasTaken() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      add("job " + i);
    }
    take(1);

    add("one more");

    assertThat(take(4)).containsExactly("job 1", "job 2", "job 3", "one more");
  }

  @Test
  void dropsExpiredJobsAndTellsThem() throws InterruptedException {
    Job<String, String> atHead = add("soon over", Duration.ofMillis(10));
    add("alive");
    Job<String, String> inside = add("soon over too", Duration.ofMillis(10));
    clock.advance(Duration.ofMillis(10));

    assertThat(take(4)).containsExactly("alive");
    assertRejected(atHead.future, DEADLINE);
    assertRejected(inside.future, DEADLINE);
  }

  @Test
  void tellsAnExpiredJobEvenWhenNothingElseComes() {
    Job<String, String> job = add("soon over", Duration.ofMillis(10));
    clock.advance(Duration.ofMillis(10));

    CompletableFuture<List<String>> taken = takeElsewhere(4, Duration.ZERO);

    assertRejected(job.future, DEADLINE);
    assertThat(taken).isNotDone();
    queue.close();
    assertThat(taken).succeedsWithin(SECOND);
  }

  @Test
  void keepsAJobUntilTheVeryEndOfItsTime() throws InterruptedException {
    add("just in time", Duration.ofMillis(10));
    clock.advance(Duration.ofMillis(10).minusNanos(1));

    assertThat(take(1)).containsExactly("just in time");
  }

  @Test
  void dropsAbandonedJobs() throws InterruptedException {
    Job<String, String> job = add("abandoned");
    add("wanted");
    job.future.cancel(false);

    assertThat(take(4)).containsExactly("wanted");
  }

  @Test
  void deadJobsGiveUpTheirPlaceWhenTheQueueIsFull() throws InterruptedException {
    Job<String, String> expired = add("expired", Duration.ofMillis(10));
    add("alive");
    add("abandoned").future.cancel(false);
    add("alive too");
    clock.advance(Duration.ofMillis(10));

    add("new");
    add("newer");

    assertRejected(expired.future, DEADLINE);
    assertRefused(QUEUE_FULL);
    assertThat(take(4)).containsExactly("alive", "alive too", "new", "newer");
  }

  @Test
  void whatDependsOnARejectedJobMayQueueTheNext() throws InterruptedException {
    Job<String, String> first = add("a", Duration.ofMillis(10));
    Job<String, String> second = add("b", Duration.ofMillis(10));
    add("c", Duration.ofMillis(10));
    add("d");
    whenEnded(first, () -> add("a again"));
    whenEnded(second, () -> add("b again"));
    clock.advance(Duration.ofMillis(10));

    add("e");

    assertThat(take(4)).containsExactly("d", "e", "a again", "b again");
  }

  @Test
  void whatDependsOnARejectedJobRunsWithoutTheQueuesLock() {
    Job<String, String> job = add("soon over", Duration.ofMillis(10));
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    whenEnded(
        job,
        () ->
            seen.complete(CompletableFuture.supplyAsync(queue::size).orTimeout(5, SECONDS).join()));
    clock.advance(Duration.ofMillis(10));

    CompletableFuture<List<String>> taken = takeElsewhere(1, Duration.ZERO);

    assertThat(seen).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(0);
    queue.close();
    assertThat(taken).succeedsWithin(SECOND);
  }

  @Test
  void withoutADelayNeverWaitsForABatchToFill() throws InterruptedException {
    add("alone");

    assertThat(take(4, Duration.ZERO)).containsExactly("alone");
    assertThat(clock.waits()).isZero();
  }

  @Test
  void withADelayWaitsThatLongFromTheOldestJobsSubmission() {
    add("a");
    clock.advance(Duration.ofMillis(3));
    CompletableFuture<List<String>> taken = takeElsewhere(4, Duration.ofMillis(10));
    add("b");

    clock.advance(Duration.ofMillis(7).minusNanos(1));
    clock.awaitLook();
    assertThat(taken).isNotDone();
    clock.advance(Duration.ofNanos(1));

    assertThat(taken).succeedsWithin(SECOND.multipliedBy(10)).isEqualTo(List.of("a", "b"));
  }

  @Test
  void aFullBatchIsNotDelayed() {
    CompletableFuture<List<String>> taken = takeElsewhere(2, Duration.ofMillis(10));
    add("a");
    clock.awaitLook();
    add("b");

    assertThat(taken).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of("a", "b"));
  }

  @Test
  void closingEndsADelay() {
    add("a");
    CompletableFuture<List<String>> taken = takeElsewhere(4, Duration.ofMillis(10));
    clock.awaitLook();

    queue.close();

    assertThat(taken).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of("a"));
  }

  @Test
  void closedItHandsOutWhatWaitsAndThenEnds() throws InterruptedException {
    add("a");
    add("b");
    queue.close();

    assertRefused(DRAINING);
    assertThat(take(1)).containsExactly("a");
    assertThat(take(1)).containsExactly("b");
    assertThat(take(1)).isEmpty();
    assertThat(take(1)).isEmpty();
  }

  @Test
  void closingEndsEveryoneWhoWaits() {
    CompletableFuture<List<String>> one = takeElsewhere(4, Duration.ZERO);
    CompletableFuture<List<String>> other = takeElsewhere(4, Duration.ofMillis(10));

    queue.close();

    assertThat(one).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of());
    assertThat(other).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(List.of());
  }

  @Test
  void rejectsAllThatWaits() throws InterruptedException {
    Job<String, String> a = add("a");
    Job<String, String> b = add("b");

    queue.close();
    queue.rejectAll();

    assertRejected(a.future, DRAINING);
    assertRejected(b.future, DRAINING);
    assertThat(take(4)).isEmpty();
  }
}
