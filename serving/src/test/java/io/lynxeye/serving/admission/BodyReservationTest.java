package io.lynxeye.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RequestLimiter.RequestPermit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies reserve memory before they are read, and wait for it. */
@Timeout(30)
class BodyReservationTest {

  /** Of 100 bytes, 75 can be reserved. */
  private final RequestLimiter hundred = new RequestLimiter(1000, 100);

  private static void never() {
    throw new AssertionError("was granted");
  }

  @Test
  void aBodyWaitsUntilAnotherReleasesItsBytes() {
    RequestPermit first = hundred.acquire();
    RequestPermit second = hundred.acquire();
    List<String> granted = new ArrayList<>();

    assertThat(first.reserve("a", 40, BodyReservationTest::never)).isTrue();
    assertThat(second.reserve("a", 40, () -> granted.add("second"))).isFalse();
    assertThat(hundred.bytes()).isEqualTo(40);
    assertThat(hundred.waiting()).isEqualTo(1);
    first.close();

    assertThat(granted).containsExactly("second");
    assertThat(hundred.bytes()).isEqualTo(40);
    assertThat(hundred.waiting()).isZero();
    second.close();
    assertThat(hundred.bytes()).isZero();
  }

  @Test
  void arrivedBytesAreTakenFromTheReservation() {
    RequestPermit permit = hundred.acquire();
    assertThat(permit.reserve("a", 60, BodyReservationTest::never)).isTrue();

    permit.hold(50);
    assertThat(hundred.bytes()).isEqualTo(60);
    permit.hold(30); // 20 more than were reserved.
    assertThat(hundred.bytes()).isEqualTo(80);
    assertThatThrownBy(() -> permit.hold(21)).hasMessage("TOO_BUSY");
    permit.close();

    assertThat(hundred.bytes()).isZero();
  }

  @Test
  void aSlowBodyKeepsNoMemoryFromOthers() {
    RequestPermit slow = hundred.acquire();
    RequestPermit next = hundred.acquire();
    List<String> granted = new ArrayList<>();
    assertThat(slow.reserve("a", 70, BodyReservationTest::never)).isTrue();
    slow.hold(5);
    assertThat(next.reserve("a", 60, () -> granted.add("next"))).isFalse();

    slow.keepReserved(4);

    assertThat(granted).containsExactly("next");
    assertThat(hundred.bytes()).isEqualTo(5 + 4 + 60);
  }

  @Test
  void modelsTakeTurnsForMemory() {
    RequestPermit all = hundred.acquire();
    assertThat(all.reserve("a", 75, BodyReservationTest::never)).isTrue();
    List<String> granted = new ArrayList<>();
    for (String name : List.of("a1", "a2", "a3", "b1")) {
      boolean isFree = hundred.acquire().reserve(name.substring(0, 1), 25, () -> granted.add(name));
      assertThat(isFree).isFalse();
    }

    all.close();

    assertThat(granted).containsExactly("a1", "b1", "a2");
    assertThat(hundred.waiting()).isEqualTo(1);
  }

  /** Three bodies wait; the first of them fails when it is granted. */
  @Test
  void aFailureOfABodyThatIsGrantedDoesNotHurtOthers() {
    RequestPermit ending = hundred.acquire();
    ending.admit(1);
    assertThat(ending.reserve("a", 75, BodyReservationTest::never)).isTrue();
    List<Throwable> reported = new ArrayList<>();
    List<String> granted = new ArrayList<>();
    Runnable failing =
        () -> {
          throw new IllegalStateException("the executor is shut down");
        };
    assertThat(hundred.acquire().reserve("a", 25, failing)).isFalse();
    Runnable next = () -> granted.add("next, with " + hundred.requests() + " requests");
    assertThat(hundred.acquire().reserve("a", 25, next)).isFalse();
    Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> reported.add(failure));

    try {
      ending.close();
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }

    assertThat(reported).hasSize(1);
    assertThat(granted).containsExactly("next, with 0 requests"); // The first has ended.
    assertThat(hundred.arriving()).isEqualTo(2); // Those that wait.
  }

  /** Four bodies hold 20 bytes each and need 80 more each, of 100: none could ever end. */
  @Test
  void partialBodiesDoNotWaitForEachOther() {
    List<Integer> granted = new ArrayList<>();
    List<RequestPermit> bodies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      bodies.add(hundred.acquire());
      bodies.get(i).hold(20);
    }
    for (int i = 0; i < 4; i++) {
      int number = i;
      assertThat(bodies.get(i).reserve("a", 80, () -> granted.add(number))).isFalse();
    }

    assertThat(granted).containsExactly(0); // It may exceed the limit; the others wait for it.
    assertThat(hundred.bytes()).isEqualTo(160);
    bodies.get(0).keepReserved(0); // It is slow, and needs the bytes again.
    assertThat(bodies.get(0).reserve("a", 80, () -> granted.add(0))).isFalse();
    assertThat(granted).containsExactly(0, 0);
    granted.remove(0);
    bodies.get(0).hold(80);
    assertThat(hundred.bytes()).isEqualTo(160);
    bodies.get(0).close();
    assertThat(granted).containsExactly(0, 1);
    bodies.get(1).close();
    bodies.get(2).close();
    assertThat(granted).containsExactly(0, 1, 2, 3);
    bodies.get(3).close();
    assertThat(hundred.bytes()).isZero();
    assertThat(hundred.waiting()).isZero();
  }

  /** While bodies of 30 bytes come and go, one of 60 does not fit: 75 can be reserved. */
  @Test
  void otherBodiesDoNotPassALargeOneForEver() {
    AtomicBoolean isLargeRead = new AtomicBoolean();
    RequestPermit current = hundred.acquire();
    assertThat(current.reserve("a", 30, BodyReservationTest::never)).isTrue();
    assertThat(hundred.acquire().reserve("b", 60, () -> isLargeRead.set(true))).isFalse();
    AtomicInteger passed = new AtomicInteger();

    for (int sent = 0; sent == passed.get() && sent < 1000; sent++) {
      RequestPermit next = hundred.acquire();
      assertThat(next.reserve("a", 30, passed::incrementAndGet)).isFalse();
      current.close();
      current = next;
    }

    assertThat(passed).hasValueBetween(1, 100);
    assertThat(isLargeRead).isTrue();
  }

  /** Small are bodies of a thousandth: they need not wait in the lines. */
  @Test
  void smallBodiesDoNotPassALargeOneForEverEither() {
    RequestLimiter large = new RequestLimiter(1000, 100 * 1024);
    Deque<RequestPermit> small = new ArrayDeque<>();
    for (int i = 0; i < 300; i++) {
      small.add(large.acquire());
      assertThat(small.getLast().reserve("a", 100, BodyReservationTest::never)).isTrue();
    }
    AtomicBoolean isLargeRead = new AtomicBoolean();
    assertThat(large.acquire().reserve("b", 70 * 1024, () -> isLargeRead.set(true))).isFalse();

    for (int i = 0; i < 1000 && !isLargeRead.get(); i++) {
      small.add(large.acquire());
      small.getLast().reserve("a", 100, () -> {});
      small.removeFirst().close();
    }

    assertThat(isLargeRead).isTrue();
  }

  @Test
  void aBodyThatIsAloneMayBeOfAnySize() {
    RequestPermit alone = hundred.acquire();

    assertThat(alone.reserve("a", 1000, BodyReservationTest::never)).isTrue();
    alone.hold(1000);

    assertThat(hundred.bytes()).isEqualTo(1000);
  }

  @Test
  void aClosedPermitWaitsNoLonger() {
    RequestPermit first = hundred.acquire();
    RequestPermit gone = hundred.acquire();
    assertThat(first.reserve("a", 75, BodyReservationTest::never)).isTrue();
    assertThat(gone.reserve("a", 75, BodyReservationTest::never)).isFalse();

    gone.close();
    first.close();

    assertThat(hundred.waiting()).isZero();
    assertThat(hundred.bytes()).isZero();
    assertThat(hundred.arriving()).isZero();
  }
}
