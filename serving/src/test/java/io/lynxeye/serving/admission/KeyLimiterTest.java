package io.lynxeye.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lynxeye.serving.admission.KeyLimiter.KeyPermit;
import io.lynxeye.serving.fakes.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyLimiterTest {

  private static final OptionalInt ANY = OptionalInt.empty();

  private final FakeClock clock = new FakeClock();
  private final KeyLimiter limiter = new KeyLimiter(clock::nanoTime);

  private static KeyLimits requests(int perSecond) {
    return new KeyLimits(OptionalInt.of(perSecond), ANY, ANY);
  }

  private static KeyLimits images(int perSecond) {
    return new KeyLimits(ANY, OptionalInt.of(perSecond), ANY);
  }

  private static KeyLimits concurrent(int requests) {
    return new KeyLimits(ANY, ANY, OptionalInt.of(requests));
  }

  /** How many requests are admitted at once. */
  private int admitted(String key, KeyLimits limits, int tries) {
    int admitted = 0;
    for (int i = 0; i < tries; i++) {
      try {
        limiter.acquire(key, limits).close();
        admitted++;
      } catch (RejectedException e) {
        assertThat(e.reason()).isEqualTo(RejectedException.Reason.KEY_LIMIT);
      }
    }
    return admitted;
  }

  private Optional<Duration> retryAfter(String key, KeyLimits limits) {
    return catchThrowableOfType(RejectedException.class, () -> limiter.acquire(key, limits))
        .retryAfter();
  }

  @Test
  void aSecondHasAsManyRequestsAsPermitted() {
    assertThat(admitted("a", requests(10), 100)).isEqualTo(10);
    assertThat(retryAfter("a", requests(10))).contains(Duration.ofMillis(100));

    clock.advance(Duration.ofMillis(99));
    assertThat(admitted("a", requests(10), 100)).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(admitted("a", requests(10), 100)).isEqualTo(1);
    clock.advance(Duration.ofMillis(500));
    assertThat(admitted("a", requests(10), 100)).isEqualTo(5);
    clock.advance(Duration.ofHours(1));
    assertThat(admitted("a", requests(10), 100)).isEqualTo(10);
  }

  @Test
  void aRefusedRequestCostsNothing() {
    assertThat(admitted("a", requests(2), 1000)).isEqualTo(2);

    clock.advance(Duration.ofMillis(500));

    assertThat(admitted("a", requests(2), 1000)).isEqualTo(1);
  }

  @Test
  void overALongTimeTheRateIsKept() {
    int admitted = 0;
    for (int tenth = 0; tenth < 600; tenth++) { // A minute.
      admitted += admitted("a", requests(7), 5);
      clock.advance(Duration.ofMillis(100));
    }

    assertThat(admitted).isBetween(7 * 60 - 1, 7 * 60 + 7);
  }

  /** The greedy key asks 50 times as often as the modest one, which is never refused. */
  @Test
  void aGreedyKeyLeavesAModestOneAlone() {
    int greedy = 0;
    for (int tenth = 0; tenth < 100; tenth++) {
      greedy += admitted("greedy", requests(10), 50);
      assertThat(admitted("modest", requests(10), 1)).isEqualTo(1);
      clock.advance(Duration.ofMillis(100));
    }

    assertThat(greedy).isBetween(99, 110);
  }

  @Test
  void aKeyWithoutLimitsIsNeverRefused() {
    assertThat(admitted("a", KeyLimits.NONE, 10_000)).isEqualTo(10_000);
  }

  @Test
  void imagesAreCountedOnceTheyAreKnown() {
    KeyPermit first = limiter.acquire("a", images(10));
    first.images(25); // A second has 10: the key waits for the other 15 and for the next one.

    assertThat(retryAfter("a", images(10))).contains(Duration.ofMillis(1600));
    clock.advance(Duration.ofMillis(1599));
    assertThat(admitted("a", images(10), 1)).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(admitted("a", images(10), 5)).isEqualTo(1);
  }

  @Test
  void imagesOfARequestAreCountedOnce() {
    KeyPermit first = limiter.acquire("a", images(10));
    first.images(4);
    first.images(4);

    assertThat(admitted("a", images(10), 100)).isEqualTo(6);
  }

  @Test
  void onlySoManyRequestsRunAtOnce() {
    KeyPermit first = limiter.acquire("a", concurrent(2));
    KeyPermit second = limiter.acquire("a", concurrent(2));

    assertThat(retryAfter("a", concurrent(2))).isEmpty();
    assertThat(admitted("b", concurrent(2), 1)).isEqualTo(1);
    first.close();
    first.close(); // Counts once.
    assertThat(admitted("a", concurrent(2), 1)).isEqualTo(1);
    KeyPermit third = limiter.acquire("a", concurrent(2));
    assertThatThrownBy(() -> limiter.acquire("a", concurrent(2)))
        .isInstanceOf(RejectedException.class);
    second.close();
    third.close();
  }

  @Test
  void changedLimitsApplyAtOnce() {
    assertThat(admitted("a", requests(2), 10)).isEqualTo(2);
    assertThat(admitted("a", requests(5), 10)).isEqualTo(3);
    assertThat(admitted("a", KeyLimits.NONE, 10)).isEqualTo(10);
  }

  @Test
  void threadsTogetherGetNoMoreThanPermitted() {
    AtomicInteger admitted = new AtomicInteger();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    IntStream.range(0, 8)
        .forEach(
            i ->
                threads.add(
                    CompletableFuture.runAsync(
                        () -> admitted.addAndGet(admitted("a", requests(100), 1000)))));
    threads.forEach(CompletableFuture::join);

    assertThat(admitted).hasValue(100);
  }
}
