package io.lynxeye.batching;

import static io.lynxeye.batching.RejectedException.Reason.NO_TIME;
import static io.lynxeye.batching.RejectedException.Reason.QUEUE_FULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.fakes.FakeClock;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BacklogTest {

  private static final int ANY = Integer.MAX_VALUE;
  private static final Duration LONG = Duration.ofMinutes(1);

  private final FakeClock clock = new FakeClock();
  private int seats = 4;
  private final Backlog backlog = new Backlog(6, () -> seats, clock);

  private void enter(int jobs) {
    for (int i = 0; i < jobs; i++) {
      backlog.enter(1, ANY, Deadline.at(clock.in(LONG)));
    }
  }

  /** A job that took so long, and has gone. */
  private void one(Duration took) {
    backlog.enter(1, ANY, Deadline.at(clock.in(LONG)));
    clock.advance(took);
    backlog.drained(1);
    backlog.leave();
  }

  private void check(Duration timeLeft) {
    backlog.check(1, ANY, Deadline.at(clock.in(timeLeft)));
  }

  private static void assertRefused(
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
  void holdsTheQueueAndTheSeatsAndNotOneMore() {
    enter(10);

    assertRefused(() -> enter(1), QUEUE_FULL, null);
    assertRefused(() -> check(LONG), QUEUE_FULL, null);

    assertThat(backlog.size()).isEqualTo(10);
    backlog.leave();
    assertThatNoException().isThrownBy(() -> enter(1));
  }

  @Test
  void hasMoreRoomWithMoreWorkers() {
    enter(10);

    seats = 8;

    assertThatNoException().isThrownBy(() -> enter(4));
    assertRefused(() -> enter(1), QUEUE_FULL, null);
  }

  @Test
  void holdsNoMoreThanOthersLeaveItButOneInAnyCase() {
    backlog.enter(1, 0, Deadline.at(clock.in(LONG)));

    assertRefused(() -> backlog.enter(1, 1, Deadline.at(clock.in(LONG))), QUEUE_FULL, null);
    assertThatNoException().isThrownBy(() -> backlog.enter(1, 2, Deadline.at(clock.in(LONG))));
  }

  @Test
  void tellsWhenAPlaceWillBeFree() {
    one(Duration.ofSeconds(2));
    enter(10);

    assertRefused(() -> enter(1), QUEUE_FULL, Duration.ofSeconds(2));
    assertRefused(
        () -> backlog.check(1, 8, Deadline.at(clock.in(LONG))),
        QUEUE_FULL,
        Duration.ofSeconds(6)); // 8 places.
  }

  @Test
  void refusesNothingForLackOfTimeWhileNothingIsKnown() {
    enter(9);

    assertThatNoException().isThrownBy(() -> check(Duration.ofNanos(1)));
  }

  @Test
  void refusesAtOnceWhatWouldBeLate() {
    one(Duration.ofMillis(100));
    enter(8);

    // Eight and this one, four for the batch it may miss, a quarter of the eight: 15 x 100 ms.
    assertThatNoException().isThrownBy(() -> check(Duration.ofMillis(1500)));
    assertRefused(() -> check(Duration.ofMillis(1000)), NO_TIME, Duration.ofMillis(500));
    assertThat(backlog.size()).isEqualTo(8);
  }

  @Test
  void expectsABatchMoreOnlyWhereOneIsOnItsWay() {
    one(Duration.ofMillis(100));
    enter(1);

    // One and this one, one that it may miss, a quarter of one: 3.25 x 100 ms.
    assertThatNoException().isThrownBy(() -> check(Duration.ofMillis(325)));
    assertRefused(() -> check(Duration.ofMillis(324)), NO_TIME, Duration.ofMillis(1));
  }

  @Test
  void timeAtRestIsNoTimePerJob() {
    one(Duration.ofMillis(100));
    clock.advance(Duration.ofHours(5));
    one(Duration.ofMillis(100));
    enter(1);

    assertThatNoException().isThrownBy(() -> check(Duration.ofMillis(325)));
  }

  @Test
  void aModelAtRestIsAskedThoughItWasSlowOnce() {
    one(Duration.ofSeconds(8));

    assertThatNoException()
        .isThrownBy(() -> backlog.enter(1, ANY, Deadline.at(clock.in(Duration.ofSeconds(1)))));
    assertRefused(() -> check(Duration.ofSeconds(1)), NO_TIME, Duration.ofSeconds(25));

    clock.advance(Duration.ofMillis(10)); // It is fast again, which does not stay unknown for long.
    backlog.drained(1);
    backlog.leave();
    for (int i = 0; i < 40; i++) {
      one(Duration.ofMillis(10));
    }
    enter(1);
    assertThatNoException().isThrownBy(() -> check(Duration.ofSeconds(1)));
  }

  @Test
  void whatIsTakenOverCountsWhateverTheBounds() {
    enter(10);

    backlog.takeOver();

    assertThat(backlog.size()).isEqualTo(11);
    assertRefused(() -> enter(1), QUEUE_FULL, null);
  }

  /** A job of nobody's, an hour after the last: it says nothing about how fast the model is. */
  @Test
  void whatEndsWhileNothingIsOnItsWayTeachesNothing() {
    one(Duration.ofMillis(10));
    clock.advance(Duration.ofHours(1));

    backlog.drained(1);

    enter(1);
    assertThatNoException().isThrownBy(() -> check(Duration.ofSeconds(1)));
  }
}
