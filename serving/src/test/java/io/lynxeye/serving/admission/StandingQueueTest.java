package io.lynxeye.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Times are seconds from a start of 100 s; the target is 20 jobs. */
class StandingQueueTest {

  private static final int TARGET = 20;
  private static final int ANY = Integer.MAX_VALUE;

  private final StandingQueue queue = new StandingQueue(at(0));

  private static long at(double seconds) {
    return Duration.ofMillis(Math.round(1000 * (100 + seconds))).toNanos();
  }

  private int ceiling(int inFlight, double seconds) {
    return queue.ceiling(inFlight, TARGET, at(seconds));
  }

  /** Fills the queue to 200 in half a second, and goes on for a second more. */
  private void burst() {
    assertThat(ceiling(0, 0)).isEqualTo(ANY);
    assertThat(ceiling(21, 0.1)).isEqualTo(ANY);
    queue.admitted(200);
    assertThat(ceiling(199, 0.5)).isEqualTo(ANY);
    assertThat(ceiling(180, 1.05)).isEqualTo(ANY);
  }

  @Test
  void aBurstMayGrowForASecondAndThenKeepsItsSize() {
    burst();

    assertThat(ceiling(180, 1.1)).isEqualTo(200); // Its highest, a second after it became long.
    assertThat(ceiling(90, 5)).isEqualTo(200);
  }

  @Test
  void itIsForgottenOnceTheQueueIsShort() {
    burst();
    assertThat(ceiling(150, 2)).isEqualTo(200);

    assertThat(ceiling(20, 9)).isEqualTo(ANY);
    assertThat(ceiling(21, 9.1)).isEqualTo(ANY); // A new second begins.
    queue.admitted(50);
    assertThat(ceiling(45, 10.1)).isEqualTo(50);
  }

  @Test
  void asManyClientsThatWaitForTheirAnswersAreNoOverload() {
    burst();
    for (int second = 2; second < 60; second++) { // 22 are answered and ask again.
      queue.completed(22, at(second));
      assertThat(ceiling(199, second)).isEqualTo(200);
    }
  }

  @Test
  void aFewRefusalsDoNotShrinkIt() {
    burst();
    for (int second = 2; second < 60; second++) { // 11 of 33 are refused: no more than half of 22.
      queue.refused(11, at(second));
      queue.completed(22, at(second + 0.1));
      assertThat(ceiling(199, second + 0.2)).isEqualTo(200);
    }
  }

  /** 22 clients wait for their answers, and one more tries again each second. */
  @Test
  void aFewMoreClientsGetPlacesUpToTwiceTheTarget() {
    assertThat(ceiling(21, 0)).isEqualTo(ANY);
    queue.admitted(22);
    assertThat(ceiling(22, 1)).isEqualTo(22);
    for (int second = 2; second < 60; second++) {
      queue.completed(20, at(second));
      queue.refused(1, at(second));
      int places = Math.min(22 + second - 2, 2 * TARGET); // One more after each second.
      assertThat(ceiling(22, second)).isEqualTo(places);
    }
  }

  /** Two refused for each completed: from 200, at 20 a second, the target is reached in 10 s. */
  @Test
  void aLastingOverloadShrinksItToTheTarget() {
    burst();
    assertThat(ceiling(180, 1.1)).isEqualTo(200);
    int highest = 200;
    for (double second = 2; second < 14; second += 0.1) {
      queue.refused(4, at(second));
      queue.completed(2, at(second));
      int now = ceiling(highest, second);
      assertThat(now).isBetween(TARGET, highest);
      highest = now;
    }
    assertThat(highest).isEqualTo(TARGET);

    assertThat(ceiling(5, 14.5)).isEqualTo(TARGET); // Refused within a second: still the target.
    assertThat(ceiling(5, 15)).isEqualTo(ANY);
  }

  @Test
  void aTargetThatGrowsIsAllowed() {
    burst();

    assertThat(queue.ceiling(400, 300, at(2))).isEqualTo(300);
  }
}
