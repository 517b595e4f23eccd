package io.lynxeye.serving.rollout.verdict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The population stability index: how far a distribution over a few groups has moved from another.
 * It is the sum of <i>(q - p) log(q / p)</i> over the groups. By custom, 0.1 is a small and 0.25 a
 * large shift.
 *
 * <p>Chance moves it too: for two independent samples of <i>n</i> and <i>m</i> of one distribution,
 * it is about <i>(groups - 1) (1/n + 1/m)</i>. So many rare classes would look like a shift, and
 * they are packed into groups first.
 */
public final class Psi {

  /** A class with at least this share is a group; rarer ones are packed until they have it. */
  public static final double GROUP_SHARE = 0.05;

  /** Half an input more for each group: no group is empty, and few inputs say little. */
  private static final double SMOOTHING = 0.5;

  private Psi() {}

  /**
   * The index of two samples.
   *
   * @param expected,actual the counts of the same groups, 0 allowed
   */
  public static double of(long[] expected, long[] actual) {
    double allExpected = 0;
    double allActual = 0;
    for (int i = 0; i < expected.length; i++) {
      allExpected += expected[i] + SMOOTHING;
      allActual += actual[i] + SMOOTHING;
    }
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double p = (expected[i] + SMOOTHING) / allExpected;
      double q = (actual[i] + SMOOTHING) / allActual;
      sum += (q - p) * Math.log(q / p);
    }
    return sum;
  }

  /**
   * Packs classes into at most 20 groups that have at least {@link #GROUP_SHARE} of the inputs
   * each: the frequent classes alone, the others together, the most frequent first.
   *
   * @return the number of each class's group, from 0
   */
  public static Map<String, Integer> groups(Map<String, Long> classes) {
    double enough = GROUP_SHARE * Counts.total(classes);
    List<String> byCount = new ArrayList<>(classes.keySet());
    byCount.sort(
        Comparator.comparing((String name) -> -classes.get(name))
            .thenComparing(Comparator.naturalOrder()));
    Map<String, Integer> groups = new HashMap<>();
    long rest = Counts.total(classes);
    long inGroup = 0;
    int group = 0;
    for (String name : byCount) {
      groups.put(name, group);
      rest -= classes.get(name);
      inGroup += classes.get(name);
      if (inGroup >= enough && rest >= enough) {
        group++;
        inGroup = 0;
      }
    }
    return groups;
  }

  /** The shift of the classes between two versions that scored the same inputs. */
  static double ofClasses(Map<String, Long> serving, Map<String, Long> candidate) {
    Map<String, Long> pooled = new HashMap<>(serving);
    candidate.forEach((name, count) -> pooled.merge(name, count, Long::sum));
    Map<String, Integer> groups = groups(pooled);
    return of(counts(serving, groups), counts(candidate, groups));
  }

  private static long[] counts(Map<String, Long> classes, Map<String, Integer> groups) {
    int size = groups.values().stream().mapToInt(group -> group + 1).max().orElse(0);
    long[] counts = new long[size];
    classes.forEach((name, count) -> counts[groups.get(name)] += count);
    return counts;
  }
}
