package io.lynxeye.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.batching.RejectedException;
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
class AdmissionTest {

  private final Admission admission = new Admission(2, 100);

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(RejectedException.class).hasMessage("TOO_BUSY");
  }

  /** A request that has arrived. */
  private static Admission.Token admitted(Admission admission) {
    Admission.Token token = admission.receive();
    try {
      token.admit();
      return token;
    } catch (RejectedException e) {
      token.close();
      throw e;
    }
  }

  @Test
  void whoIsArrivingTakesNoPlace() {
    Admission.Token first = admission.receive();
    Admission.Token second = admission.receive();
    Admission.Token third = admission.receive();
    second.hold(7);

    assertThat(admission.arriving()).isEqualTo(3);
    assertThat(admission.requests()).isZero();
    assertThat(admission.bytes()).isEqualTo(7);

    first.admit();
    third.admit();
    assertRefused(second::admit); // It was slower than those who took the places.
    second.close();

    assertThat(admission.arriving()).isZero();
    assertThat(admission.requests()).isEqualTo(2);
    assertThat(admission.bytes()).isZero();
    first.close();
    third.close();
  }

  @Test
  void refusesOneRequestMoreThanItCarries() {
    Admission.Token first = admitted(admission);
    Admission.Token second = admitted(admission);

    assertRefused(admission::receive);

    assertThat(admission.requests()).isEqualTo(2);
    second.close();
    assertThatNoException().isThrownBy(() -> admitted(admission).close());
    first.close();
    assertThat(admission.requests()).isZero();
  }

  @Test
  void refusesOneByteMoreThanItCarriesAndKeepsWhatWasHeld() {
    try (Admission.Token first = admitted(admission);
        Admission.Token second = admitted(admission)) {
      first.hold(60);
      second.hold(40);

      assertRefused(() -> second.hold(1));
      assertRefused(() -> first.hold(Long.MAX_VALUE));

      assertThat(admission.bytes()).isEqualTo(100);
    }
    assertThat(admission.bytes()).isZero();
  }

  @Test
  void aTokenGivesItsPlaceBackOnce() {
    Admission.Token token = admitted(admission);
    try (Admission.Token other = admitted(admission)) {
      token.hold(30);
      other.hold(5);

      token.close();
      token.close();

      assertThat(admission.requests()).isEqualTo(1);
      assertThat(admission.bytes()).isEqualTo(5);
    }
  }

  @Test
  void whoIsAdmittedAgainTakesNoSecondPlace() {
    Admission.Token token = admitted(admission);

    token.admit();

    assertThat(admission.requests()).isEqualTo(1);
    token.close();
    assertThat(admission.requests()).isZero();
    assertThat(admission.arriving()).isZero();
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
  void neverCarriesMoreThanItMay() {
    Admission small = new Admission(3, 50);
    AtomicInteger carried = new AtomicInteger();
    AtomicLong held = new AtomicLong();
    AtomicBoolean exceeded = new AtomicBoolean();

    assertAllEnd(
        inThreads(
            8,
            () -> {
              for (int i = 0; i < 5000; i++) {
                carryOne(small, carried, held, exceeded);
              }
            }));

    assertThat(exceeded).isFalse();
    assertThat(small.requests()).isZero();
    assertThat(small.bytes()).isZero();
  }

  private static void carryOne(
      Admission admission, AtomicInteger carried, AtomicLong held, AtomicBoolean exceeded) {
    try (Admission.Token token = admitted(admission)) {
      if (carried.incrementAndGet() > 3) {
        exceeded.set(true);
      }
      try {
        token.hold(20);
        if (held.addAndGet(20) > 50) {
          exceeded.set(true);
        }
        held.addAndGet(-20);
      } catch (RejectedException e) {
        Thread.onSpinWait();
      }
      carried.decrementAndGet();
    } catch (RejectedException e) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aRefusedGiantDoesNotTakeTheRoomOfTheSmall() {
    AtomicBoolean stop = new AtomicBoolean();
    Admission wide = new Admission(100, 100);
    List<CompletableFuture<Void>> giants =
        inThreads(
            2,
            () -> {
              try (Admission.Token giant = admitted(wide)) {
                while (!stop.get()) {
                  assertRefused(() -> giant.hold(101));
                }
              }
            });
    List<RejectedException> refusals = new ArrayList<>();

    for (int i = 0; i < 200_000; i++) {
      try (Admission.Token token = admitted(wide)) {
        token.hold(1);
      } catch (RejectedException e) {
        refusals.add(e);
      }
    }
    stop.set(true);

    assertThat(refusals).isEmpty();
    assertAllEnd(giants);
  }
}
