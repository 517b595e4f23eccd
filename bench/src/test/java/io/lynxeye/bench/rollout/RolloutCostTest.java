package io.lynxeye.bench.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.bench.figures.Verdict;
import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.Outcome;
import io.lynxeye.bench.rollout.RolloutControl.Counts;
import io.lynxeye.bench.rollout.RolloutCost.Side;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutCostTest {

  private static final Counts NONE = new Counts(0, 0, 0);

  private final RolloutCost cost = new RolloutCost(List.of(50, 150));

  @Test
  void ratiosAreOfMeasurementsThatFollowEachOther() {
    cost.addInference(10);
    cost.add(50, Side.WITHOUT, answered(20), NONE);
    cost.add(50, Side.WITH, answered(22), new Counts(8, 10, 2));
    cost.add(50, Side.WITH, answered(60), new Counts(2, 10, 8));
    cost.add(50, Side.WITHOUT, answered(40), NONE);

    assertThat(verdict("p50 at 50 %").rounds()).containsExactly(new double[] {1.1, 1.5}, EXACT);
    assertThat(verdict("p99 at 50 %").rounds()).containsExactly(new double[] {0.2, 2}, EXACT);
    assertThat(verdict("compared / chosen by the share at 50 %").rounds())
        .containsExactly(new double[] {0.8, 0.2}, EXACT);
    assertThat(verdict("compared / chosen by the share at 50 %").word()).isEqualTo("met");
    assertThat(verdict("p50 at 50 %").word()).isEqualTo("MISSED");
  }

  @Test
  void oneMoreRefusalOrFailureIsAMiss() {
    cost.add(50, Side.WITHOUT, answered(20, 200, 200), NONE);
    cost.add(50, Side.WITH, answered(20, 200, 503), NONE);
    cost.add(50, Side.WITH, answered(20, 500, 200), NONE);
    cost.add(50, Side.WITHOUT, answered(20, 200, 200), NONE);

    assertThat(verdict("refused at 50 %").median()).isEqualTo(1);
    assertThat(verdict("refused at 50 %").word()).isEqualTo("MISSED");
    assertThat(verdict("failed at 50 %").word()).isEqualTo("MISSED");
  }

  @Test
  void anOverloadIsAllowedToRefuseAndToCompareNothing() {
    cost.add(150, Side.WITHOUT, answered(20, 200, 503), NONE);
    cost.add(150, Side.WITH, answered(20, 200, 503), new Counts(0, 5, 5));

    assertThat(verdict("answered per second at 150 %").median()).isCloseTo(1, within(1e-9));
    assertThat(verdict("compared / chosen by the share at 150 %").word()).isEmpty();
    assertThat(cost.verdicts()).noneMatch(one -> one.name().startsWith("refused at 150"));
  }

  private static final org.assertj.core.data.Offset<Double> EXACT = within(1e-3);

  private Verdict verdict(String start) {
    return cost.verdicts().stream()
        .filter(verdict -> verdict.name().startsWith(start))
        .findFirst()
        .orElseThrow();
  }

  /** Requests that all took as long; without statuses, one that was scored. */
  private static LoadResult answered(long millis, int... statuses) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int status : statuses.length == 0 ? new int[] {200} : statuses) {
      outcomes.add(new Outcome(0, millis * 1_000_000, status));
    }
    return new LoadResult(outcomes, 0, 1_000_000_000);
  }
}
