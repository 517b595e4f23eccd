package io.lynxeye.serving.admission;

import static io.lynxeye.serving.admission.RejectedException.Reason.NO_TIME;
import static io.lynxeye.serving.admission.RejectedException.Reason.QUEUE_FULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.fakes.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ModelLimiterTest {

  private static final int ANY = Integer.MAX_VALUE;
  private static final Duration LONG = Duration.ofMinutes(1);

  private final FakeClock clock = new FakeClock();
  private int concurrency = 4;
  private final ModelLimiter limiter = new ModelLimiter(6, () -> concurrency, clock::nanoTime);

  private List<Permit> acquire(int jobs) {
    return IntStream.range(0, jobs).mapToObj(job -> acquireOne(ANY)).toList();
  }

  private Permit acquireOne(int most) {
    return limiter.acquire(1, most, Deadline.at(clock.in(LONG))).get(0);
  }

  /** Adds a job that completes after this time. */
  private void one(Duration took) {
    Permit permit = acquireOne(ANY);
    clock.advance(took);
    limiter.completed(1);
    permit.close();
  }

  private void check(Duration timeLeft) {
    limiter.check(1, ANY, Deadline.at(clock.in(timeLeft)));
  }

  private static void assertRejected(
      ThrowingCallable call, RejectedException.Reason reason, Duration retryAfter) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.retryAfter()).isEqualTo(Optional.ofNullable(retryAfter));
            });
  }

  @Test
  void admitsTheCapacityOfQueueAndEngineAndNotMore() {
    List<Permit> permits = acquire(10);

    assertRejected(() -> acquire(1), QUEUE_FULL, null);
    assertRejected(() -> check(LONG), QUEUE_FULL, null);

    assertThat(limiter.inFlight()).isEqualTo(10);
    permits.get(0).close();
    permits.get(0).close();
    assertThat(limiter.inFlight()).isEqualTo(9);
    assertThatNoException().isThrownBy(() -> acquire(1));
    assertRejected(() -> acquire(1), QUEUE_FULL, null);
  }

  @Test
  void admitsMoreWithMoreWorkers() {
    acquire(10);

    concurrency = 8;

    assertThatNoException().isThrownBy(() -> acquire(4));
    assertRejected(() -> acquire(1), QUEUE_FULL, null);
  }

  @Test
  void admitsNoMoreThanTheServerAllowsButAlwaysOne() {
    assertThat(acquireOne(0)).isNotNull();

    assertRejected(() -> acquireOne(1), QUEUE_FULL, null);
    assertThatNoException().isThrownBy(() -> acquireOne(2));
  }

  @Test
  void estimatesWhenAPermitWillBeFree() {
    one(Duration.ofSeconds(2));
    acquire(10);

    assertRejected(() -> acquire(1), QUEUE_FULL, Duration.ofSeconds(2));
    assertRejected(() -> acquire(1), QUEUE_FULL, Duration.ofSeconds(4)); // The next place.
    clock.advance(Duration.ofSeconds(1)); // Earlier refusals no longer count.
    assertRejected(
        () -> limiter.check(1, 8, Deadline.at(clock.in(LONG))),
        QUEUE_FULL,
        Duration.ofSeconds(6)); // The limit is 8.
  }

  @Test
  void withoutAnEstimateNoJobIsRejectedAsLate() {
    acquire(9);

    assertThatNoException().isThrownBy(() -> check(Duration.ofNanos(1)));
  }

  @Test
  void rejectsAJobThatWouldBeLateAtOnce() {
    one(Duration.ofMillis(100));
    acquire(8);

    // Eight and this one, four for the batch it may miss, a quarter of the eight: 15 x 100 ms.
    assertThatNoException().isThrownBy(() -> check(Duration.ofMillis(1500)));
    // Once four of them are complete: four and this one, four, and a quarter of four: 10 x 100 ms.
    assertRejected(() -> check(Duration.ofMillis(1000)), NO_TIME, Duration.ofMillis(400));
    assertThat(limiter.inFlight()).isEqualTo(8);
  }

  @Test
  void addsABatchOnlyIfOneIsInFlight() {
    one(Duration.ofMillis(100));
    acquire(1);

    // One and this one, one that it may miss, a quarter of one: 3.25 x 100 ms.
    assertThatNoException().isThrownBy(() -> check(Duration.ofMillis(325)));
    // A millisecond less: 0.8 of it are work, and 0.2 the margin.
    assertRejected(() -> check(Duration.ofMillis(324)), NO_TIME, Duration.ofNanos(800_000));
  }

  @Test
  void idleTimeIsNotMeasured() {
    one(Duration.ofMillis(100));
    clock.advance(Duration.ofHours(5));
    one(Duration.ofMillis(100));
    acquire(1);

    assertThatNoException().isThrownBy(() -> check(Duration.ofMillis(325)));
  }

  @Test
  void anIdleModelAdmitsAJobAlthoughItWasSlow() {
    one(Duration.ofSeconds(8));

    Permit permit = limiter.acquire(1, ANY, Deadline.at(clock.in(Duration.ofSeconds(1)))).get(0);
    assertRejected(() -> check(Duration.ofSeconds(1)), NO_TIME, Duration.ofSeconds(8));

    clock.advance(Duration.ofMillis(10)); // It is fast again, and the estimate follows.
    limiter.completed(1);
    permit.close();
    for (int i = 0; i < 40; i++) {
      one(Duration.ofMillis(10));
    }
    acquire(1);
    assertThatNoException().isThrownBy(() -> check(Duration.ofSeconds(1)));
  }

  @Test
  void aTransferredJobIsAdmittedBeyondTheLimits() {
    acquire(10);

    Permit permit = limiter.takeOver();

    assertThat(limiter.inFlight()).isEqualTo(11);
    assertRejected(() -> acquire(1), QUEUE_FULL, null);
    permit.close();
    assertThat(limiter.inFlight()).isEqualTo(10);
  }

  /** A completion without a permit, an hour after the last: no information about the speed. */
  @Test
  void aCompletionWhileNothingIsInFlightIsIgnored() {
    one(Duration.ofMillis(10));
    clock.advance(Duration.ofHours(1));

    limiter.completed(1);

    acquire(1);
    assertThatNoException().isThrownBy(() -> check(Duration.ofSeconds(1)));
  }

  @Test
  void admitsAllJobsOfARequestOrNone() {
    assertRejected(() -> limiter.acquire(11, ANY, Deadline.at(clock.in(LONG))), QUEUE_FULL, null);
    assertThat(limiter.inFlight()).isZero();

    assertThat(limiter.acquire(10, ANY, Deadline.at(clock.in(LONG)))).hasSize(10);
    assertThat(limiter.inFlight()).isEqualTo(10);
  }

  @RepeatedTest(20)
  void admitsExactlyItsLimitFromManyThreads() {
    ModelLimiter shared = new ModelLimiter(96, () -> 4, System::nanoTime);
    AtomicInteger admitted = new AtomicInteger();
    AtomicInteger rejected = new AtomicInteger();

    List<CompletableFuture<Void>> threads =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int job = 0; job < 50; job++) {
                            try {
                              shared.acquire(1, ANY, Deadline.at(Long.MAX_VALUE));
                              admitted.incrementAndGet();
                            } catch (RejectedException e) {
                              rejected.incrementAndGet();
                            }
                          }
                        },
                        work -> new Thread(work).start()))
            .toList();

    assertThat(threads)
        .allSatisfy(thread -> assertThat(thread).succeedsWithin(Duration.ofSeconds(20)));
    assertThat(admitted).hasValue(100);
    assertThat(rejected).hasValue(8 * 50 - 100);
    assertThat(shared.inFlight()).isEqualTo(100);
  }
}
