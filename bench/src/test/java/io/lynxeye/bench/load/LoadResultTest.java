package io.lynxeye.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadResultTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void distinguishesFailuresFromRefusals() {
    LoadResult result =
        new LoadResult(
            List.of(at(1, 200), at(1, 503), at(1, 429), at(1, 504), at(1, 0)), 0, 2 * SECOND);

    assertThat(result.byStatus())
        .containsExactly(
            entry(0, 1L), entry(200, 1L), entry(429, 1L), entry(503, 1L), entry(504, 1L));
    assertThat(result.failed()).isEqualTo(2);
    assertThat(result.refused().count()).isEqualTo(2);
  }

  @Test
  void theWarmUpDoesNotCount() {
    LoadResult result =
        new LoadResult(List.of(at(1, 200), at(2, 200), at(3, 503)), 2 * SECOND, 4 * SECOND);

    assertThat(result.accepted().count()).isOne();
    assertThat(result.refused().count()).isOne();
  }

  @Test
  void theRateCountsScoredImagesWithinTheWindow() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int tenth = 0; tenth < 100; tenth++) {
      outcomes.add(new Outcome(0, tenth * SECOND / 10, tenth % 2 == 0 ? 200 : 503));
    }
    outcomes.add(at(500, 200));

    assertThat(new LoadResult(outcomes, SECOND, 9 * SECOND).goodPerSecond())
        .isCloseTo(5, within(0.01));
  }

  @Test
  void oneBatchIsCountedOverTheTime() {
    List<Outcome> batch = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      batch.add(new Outcome(0, 2 * SECOND + i, 200));
    }

    assertThat(new LoadResult(batch, 0, 4 * SECOND).goodPerSecond()).isCloseTo(2, within(1e-9));
  }

  @Test
  void latenciesCountFromTheTimeARequestWasDue() {
    LoadResult result =
        new LoadResult(List.of(new Outcome(SECOND, 3 * SECOND, 200)), 0, 4 * SECOND);

    assertThat(result.accepted().max()).isCloseTo(2000, withinPercentage(0.1));
  }

  private static Outcome at(int second, int status) {
    return new Outcome(0, second * SECOND, status);
  }
}
