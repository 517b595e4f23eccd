package io.lynxeye.serving.rollout.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PsiTest {

  /** The value comes from NumPy: the sum of (q - p) log(q / p), each count with 0.5 added. */
  @Test
  void hasItsReferenceValue() {
    assertThat(Psi.of(new long[] {50, 30, 20}, new long[] {20, 30, 50}))
        .isCloseTo(0.532935044415932, within(1e-14));
  }

  @Test
  void equalDistributionsHaveNoShiftAndEmptyGroupsAFiniteOne() {
    assertThat(Psi.of(new long[] {7, 0, 5}, new long[] {7, 0, 5})).isZero();
    assertThat(Psi.of(new long[] {9, 0}, new long[] {0, 9})).isBetween(1.0, 10.0);
    assertThat(Psi.of(new long[0], new long[0])).isZero();
  }

  @Test
  void frequentClassesAreAloneAndRareOnesTogether() {
    Map<String, Integer> groups =
        Psi.groups(Map.of("a", 50L, "b", 40L, "c", 3L, "d", 3L, "e", 2L, "f", 2L));

    assertThat(groups).containsEntry("a", 0).containsEntry("b", 1).containsEntry("c", 2);
    assertThat(groups.get("d")).isEqualTo(groups.get("c"));
    assertThat(groups.get("f")).isEqualTo(groups.get("e"));
  }

  @Test
  void aThousandRareClassesMakeAtMostTwentyGroups() {
    Map<String, Long> classes = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      classes.put("class " + i, 1L + i % 3);
    }

    assertThat(new HashSet<>(Psi.groups(classes).values())).hasSizeBetween(15, 20);
    assertThat(Psi.groups(Map.of())).isEmpty();
  }
}
