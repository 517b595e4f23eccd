package io.lynxeye.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.fakes.FakeClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A model that scores 20 images a second, one after the other, in steps of ten milliseconds. A
 * lasting overload may let them wait a second; requests have a minute.
 */
class LastingOverloadTest {

  private static final int STEP = 10;
  private static final int EACH = 50;
  private static final int ANY = Integer.MAX_VALUE;
  private static final TimeLimits LIMITS =
      new TimeLimits(Duration.ofMinutes(1), Optional.empty(), Duration.ofSeconds(1));

  private record Waiting(Permit permit, long sinceNanos) {}

  private final FakeClock clock = new FakeClock();
  private final ModelLimiter limiter = new ModelLimiter(4096, () -> 1, clock::nanoTime);
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private final List<Double> waits = new ArrayList<>();
  private int millis;
  private int refused;

  @BeforeEach
  void measure() { // So that the estimate is 50 ms each.
    arrive();
    run(EACH);
    waits.clear();
  }

  private Deadline deadline() {
    return LIMITS.deadline(Optional.empty(), clock.nanoTime());
  }

  private boolean isAdmitted() {
    try {
      limiter.check(1, ANY, deadline());
      return true;
    } catch (RejectedException e) {
      return false;
    }
  }

  /** A request; returns when to retry if it is refused. */
  private Optional<Duration> arrive() {
    try {
      Permit permit = limiter.acquire(1, ANY, deadline()).get(0);
      queue.add(new Waiting(permit, clock.nanoTime()));
      return Optional.empty();
    } catch (RejectedException e) {
      refused++;
      return Optional.of(e.retryAfter().orElseThrow());
    }
  }

  private void run(int forMillis) {
    for (int end = millis + forMillis; millis < end; millis += STEP) {
      clock.advance(Duration.ofMillis(STEP));
      if ((millis + STEP) % EACH == 0 && !queue.isEmpty()) {
        Waiting done = queue.remove();
        limiter.completed(1);
        done.permit.close();
        waits.add((clock.nanoTime() - done.sinceNanos) / 1e9);
      }
    }
  }

  private void openLoop(int perSecond, int seconds) {
    for (int i = 0; i < perSecond * seconds; i++) {
      arrive();
      run(STEP * Math.max(1, 1000 / perSecond / STEP));
    }
  }

  @Test
  void aBurstIsAnsweredWhole() {
    for (int i = 0; i < 200; i++) {
      assertThat(arrive()).isEmpty();
    }
    run(200 * EACH);

    assertThat(waits).hasSize(200);
    assertThat(waits.get(199)).isCloseTo(10, within(0.1)); // 200 images at 20 a second.
  }

  @Test
  void aLoneRequestIsAdmittedBehindABurst() {
    for (int i = 0; i < 200; i++) {
      arrive();
    }
    run(3000);

    assertThat(arrive()).isEmpty();
  }

  /**
   * At five times the throughput: what is admitted after the first seconds waits about a second.
   */
  @Test
  void aLastingOverloadWaitsForItsTargetOnly() {
    openLoop(100, 20);

    double longest = waits.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    assertThat(longest).isLessThan(6); // A second of arrivals at 100, worked off at 20.
    List<Double> steady = waits.subList(200, waits.size());
    assertThat(steady).isNotEmpty().allSatisfy(wait -> assertThat(wait).isLessThan(1.2));
    assertThat(waits).hasSizeGreaterThan(20 * 20 - 10); // The engine never lacks work.
    assertThat(refused).isGreaterThan(1400);
  }

  @Test
  void thirtyTwoClientsThatWaitForTheirAnswersAreServedWhateverTheyWait() {
    for (int i = 0; i < 100; i++) {
      arrive();
    }
    for (int i = 0; i < 600; i++) { // Each answer makes a client ask again.
      run(EACH);
      arrive();
    }

    assertThat(refused).isZero();
    assertThat(waits.get(waits.size() - 1)).isCloseTo(5, within(0.1)); // 100 at 20 a second.
  }

  /** The truth: the first moment at which the same request is admitted, if no other comes. */
  @Test
  void retryAfterIsTheTimeUntilAPlaceIsFree() {
    for (int i = 0; i < 200; i++) {
      arrive();
    }
    run(2000); // The burst's second is over: from now on, its 200 are the limit.
    Optional<Duration> promised = Optional.empty();
    while (promised.isEmpty()) {
      promised = arrive();
    }
    long start = clock.nanoTime();
    for (boolean isAdmitted = isAdmitted(); !isAdmitted; isAdmitted = isAdmitted()) {
      run(STEP);
    }

    double truth = (clock.nanoTime() - start) / 1e9;
    assertThat(promised.get().toNanos() / 1e9).isCloseTo(truth, within(0.06)); // One image.
  }

  @Test
  void retryAfterOfARequestWithoutTimeIsWhenItWouldHaveEnough() {
    for (int i = 0; i < 200; i++) {
      arrive();
    }
    Deadline hurried = LIMITS.deadline(Optional.of(Duration.ofSeconds(5)), clock.nanoTime());
    Duration promised = limiter.retryAfter(hurried).orElseThrow();
    long start = clock.nanoTime();
    while (limiter
        .retryAfter(LIMITS.deadline(Optional.of(Duration.ofSeconds(5)), clock.nanoTime()))
        .filter(Duration::isZero)
        .isEmpty()) {
      run(1000); // A second, so that what was promised before is forgotten.
    }

    // 5 s are enough for 100 images: 78, a quarter of them as the margin, this one and one more.
    // So 122 of the 200 have to be complete, after 6.1 s.
    double truth = (clock.nanoTime() - start) / 1e9;
    assertThat(truth).isEqualTo(7);
    assertThat(promised.toNanos() / 1e9).isCloseTo(6.1, within(0.05));
  }

  /** Ten refused at once get times one after the other, as places become free. */
  @Test
  void refusedRequestsThatComeBackWhenToldAreAdmitted() {
    openLoop(100, 10);
    List<Duration> retries = new ArrayList<>();
    while (retries.size() < 10) {
      arrive().ifPresent(retries::add);
    }
    refused = 0;
    long start = clock.nanoTime();
    for (Duration retry : retries) {
      while (clock.nanoTime() - start < retry.toNanos()) {
        run(STEP);
      }
      assertThat(arrive()).as("after %s", retry).isEmpty();
    }

    assertThat(retries).isSorted().doesNotHaveDuplicates();
  }
}
