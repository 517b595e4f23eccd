package io.lynxeye.serving.rollout.verdict;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Immutable counts by name, in the order of the names. */
final class Counts {

  private Counts() {}

  /**
   * @throws IllegalArgumentException if a count is not positive
   */
  static SortedMap<String, Long> copy(Map<String, Long> counts) {
    TreeMap<String, Long> copy = new TreeMap<>(counts);
    if (copy.values().stream().anyMatch(count -> count <= 0)) {
      throw new IllegalArgumentException("A count is not positive: " + copy);
    }
    return Collections.unmodifiableSortedMap(copy);
  }

  static Map<String, Long> plus(Map<String, Long> counts, String name) {
    TreeMap<String, Long> sum = new TreeMap<>(counts);
    sum.merge(name, 1L, Long::sum);
    return sum;
  }

  static long total(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
