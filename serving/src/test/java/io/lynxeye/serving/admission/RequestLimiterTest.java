package io.lynxeye.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RequestLimiter.RequestPermit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RequestLimiterTest {

  private final RequestLimiter limiter = new RequestLimiter(2, 100);

  private static void assertRejected(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(RejectedException.class).hasMessage("TOO_BUSY");
  }

  /** The permit of a request whose body is complete. */
  private static RequestPermit admitted(RequestLimiter limiter) {
    RequestPermit permit = limiter.acquire();
    try {
      permit.admit(1);
      return permit;
    } catch (RejectedException e) {
      permit.close();
      throw e;
    }
  }

  @Test
  void anArrivingRequestIsNotInFlight() {
    RequestPermit first = limiter.acquire();
    RequestPermit second = limiter.acquire();
    RequestPermit third = limiter.acquire();
    second.hold(7);

    assertThat(limiter.arriving()).isEqualTo(3);
    assertThat(limiter.requests()).isZero();
    assertThat(limiter.bytes()).isEqualTo(7);

    first.admit(1);
    third.admit(1);
    assertRejected(() -> second.admit(1)); // The others were faster.
    second.close();

    assertThat(limiter.arriving()).isZero();
    assertThat(limiter.requests()).isEqualTo(2);
    assertThat(limiter.bytes()).isZero();
    first.close();
    third.close();
  }

  @Test
  void rejectsOneRequestMoreThanTheLimit() {
    RequestPermit first = admitted(limiter);
    RequestPermit second = admitted(limiter);

    assertRejected(limiter::acquire);

    assertThat(limiter.requests()).isEqualTo(2);
    second.close();
    assertThatNoException().isThrownBy(() -> admitted(limiter).close());
    first.close();
    assertThat(limiter.requests()).isZero();
  }

  @Test
  void rejectsOneByteMoreThanTheLimitAndKeepsWhatWasHeld() {
    try (RequestPermit first = admitted(limiter);
        RequestPermit second = admitted(limiter)) {
      first.hold(60);
      second.hold(40);

      assertRejected(() -> second.hold(1));
      assertRejected(() -> first.hold(Long.MAX_VALUE));

      assertThat(limiter.bytes()).isEqualTo(100);
    }
    assertThat(limiter.bytes()).isZero();
  }

  @Test
  void anAnsweredRequestCountsWithTheBytesOfItsResponseOnly() {
    RequestPermit slow = admitted(limiter);
    slow.hold(60);

    slow.answered(90);

    assertThat(limiter.requests()).isZero();
    assertThat(limiter.bytes()).isEqualTo(90);
    try (RequestPermit other = admitted(limiter)) {
      assertRejected(() -> other.answered(11));
      assertThat(limiter.bytes()).isEqualTo(90);
      other.answered(10);
      assertThat(limiter.bytes()).isEqualTo(100);
    }
    slow.close();
    assertThat(limiter.bytes()).isZero();
    assertThat(limiter.requests()).isZero();
    assertThat(limiter.arriving()).isZero();
  }

  @Test
  void aResponseThatIsAloneMayBeOfAnySize() {
    try (RequestPermit alone = admitted(limiter)) {
      alone.hold(10);
      alone.answered(5000);

      assertThat(limiter.bytes()).isEqualTo(5000);
      assertRejected(() -> admitted(limiter).hold(1));
    }
    assertThat(limiter.bytes()).isZero();
  }

  @Test
  void aPermitIsReturnedOnce() {
    RequestPermit permit = admitted(limiter);
    try (RequestPermit other = admitted(limiter)) {
      permit.hold(30);
      other.hold(5);

      permit.close();
      permit.close();

      assertThat(limiter.requests()).isEqualTo(1);
      assertThat(limiter.bytes()).isEqualTo(5);
    }
  }

  @Test
  void admittingTwiceCountsOnce() {
    RequestPermit permit = admitted(limiter);

    permit.admit(1);

    assertThat(limiter.requests()).isEqualTo(1);
    permit.close();
    assertThat(limiter.requests()).isZero();
    assertThat(limiter.arriving()).isZero();
  }

  @Test
  void everyImageCountsAndARejectionKeepsWhatWasAdmitted() {
    RequestLimiter wide = new RequestLimiter(5, 100);
    try (RequestPermit permit = admitted(wide)) {
      permit.admit(4);
      assertThat(wide.requests()).isEqualTo(4);
      assertThat(wide.available()).isEqualTo(1);

      assertRejected(() -> permit.admit(6));
      assertThat(wide.requests()).isEqualTo(4);
    }
    assertThat(wide.requests()).isZero();
    assertThat(wide.arriving()).isZero();
  }

  private static List<CompletableFuture<Void>> inThreads(int threads, Runnable work) {
    return IntStream.range(0, threads)
        .mapToObj(i -> CompletableFuture.runAsync(work, task -> new Thread(task).start()))
        .toList();
  }

  private static void assertAllEnd(List<CompletableFuture<Void>> threads) {
    assertThat(threads)
        .allSatisfy(thread -> assertThat(thread).succeedsWithin(Duration.ofSeconds(20)));
  }

  @RepeatedTest(5)
  void neverExceedsItsLimits() {
    RequestLimiter small = new RequestLimiter(3, 50);
    AtomicInteger inFlight = new AtomicInteger();
    AtomicLong held = new AtomicLong();
    AtomicBoolean exceeded = new AtomicBoolean();

    assertAllEnd(
        inThreads(
            8,
            () -> {
              for (int i = 0; i < 5000; i++) {
                admitOne(small, inFlight, held, exceeded);
              }
            }));

    assertThat(exceeded).isFalse();
    assertThat(small.requests()).isZero();
    assertThat(small.bytes()).isZero();
  }

  private static void admitOne(
      RequestLimiter limiter, AtomicInteger inFlight, AtomicLong held, AtomicBoolean exceeded) {
    try (RequestPermit permit = admitted(limiter)) {
      if (inFlight.incrementAndGet() > 3) {
        exceeded.set(true);
      }
      try {
        permit.hold(20);
        if (held.addAndGet(20) > 50) {
          exceeded.set(true);
        }
        held.addAndGet(-20);
      } catch (RejectedException e) {
        Thread.onSpinWait();
      }
      inFlight.decrementAndGet();
    } catch (RejectedException e) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aRejectedHugeRequestDoesNotBlockSmallOnes() {
    AtomicBoolean stop = new AtomicBoolean();
    RequestLimiter wide = new RequestLimiter(100, 100);
    List<CompletableFuture<Void>> giants =
        inThreads(
            2,
            () -> {
              try (RequestPermit giant = admitted(wide)) {
                while (!stop.get()) {
                  assertRejected(() -> giant.hold(101));
                }
              }
            });
    List<RejectedException> rejections = new ArrayList<>();

    for (int i = 0; i < 200_000; i++) {
      try (RequestPermit permit = admitted(wide)) {
        permit.hold(1);
      } catch (RejectedException e) {
        rejections.add(e);
      }
    }
    stop.set(true);

    assertThat(rejections).isEmpty();
    assertAllEnd(giants);
  }
}
