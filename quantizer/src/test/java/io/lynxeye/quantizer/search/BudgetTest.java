package io.lynxeye.quantizer.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BudgetTest {

  private final Budget budget =
      new Budget(
          Map.of("cheap", 0.01, "dear", 0.011, "harmless", -0.001),
          Map.of("cheap", 4.0, "dear", 30.0, "harmless", 66.0));

  @Test
  void theMostDamageForTheLeastWorkComesFirst() {
    assertThat(budget.order()).containsExactly("cheap", "dear");
  }

  @Test
  void eachStepContainsTheOneBefore() {
    List<Set<String>> steps = budget.steps(Set.of());

    assertThat(steps).containsExactly(Set.of(), Set.of("cheap"), Set.of("cheap", "dear"));
  }

  @Test
  void layersThatAreAlwaysRealAreInEveryStep() {
    assertThat(budget.steps(Set.of("harmless")))
        .allSatisfy(step -> assertThat(step).contains("harmless"))
        .first()
        .isEqualTo(Set.of("harmless"));
  }

  @Test
  void anInfiniteDamageComesFirst() {
    double infinite = Double.POSITIVE_INFINITY;
    Budget broken = new Budget(Map.of("a", 1.0, "b", infinite), Map.of("a", 1.0, "b", 9.0));

    assertThat(broken.order()).containsExactly("b", "a");
  }
}
