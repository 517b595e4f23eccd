package io.lynxeye.serving.rollout.drift;

import io.lynxeye.serving.rollout.verdict.Psi;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What a version's answers look like in ordinary operation: its classes and its top probabilities.
 * The first half of the answers defines the groups, the second half is counted. So the share of
 * classes that were never seen before is measured too, and not taken for 0: with many rare classes,
 * it is large. Immutable.
 *
 * @param groups the group of each class of the first half; all other classes belong to the group
 *     after the last
 * @param classes the answers of the second half by group
 * @param edges the lower edges of the bins of the top probability, except the first
 * @param probabilities the answers of the second half by bin
 * @param classSpread how much more than independent inputs the classes vary from one part of the
 *     second half to the next; at least 1. Inputs that come in series make it large.
 * @param probabilitySpread the same of the top probability
 */
public record ScoreBaseline(
    Map<String, Integer> groups,
    List<Long> classes,
    List<Double> edges,
    List<Long> probabilities,
    double classSpread,
    double probabilitySpread) {

  /** The smallest number of answers that make a baseline. */
  public static final int MIN_IMAGES = 400;

  /** A number of answers that makes chance small against a shift worth a look. */
  public static final int IMAGES = 4_000;

  private static final int PROBABILITY_BINS = 10;
  private static final int PARTS = 10;

  /**
   * @throws IllegalArgumentException if the values contradict each other, as those of a damaged
   *     file may
   */
  public ScoreBaseline {
    groups = Collections.unmodifiableMap(new TreeMap<>(groups));
    classes = List.copyOf(classes);
    edges = List.copyOf(edges);
    probabilities = List.copyOf(probabilities);
    int others = classes.size() - 1;
    if (groups.values().stream().anyMatch(group -> group < 0 || group >= others)
        || probabilities.size() != edges.size() + 1
        || classes.stream().anyMatch(count -> count < 0)
        || probabilities.stream().anyMatch(count -> count < 0)
        || sum(classes) < 1
        || sum(classes) != sum(probabilities)
        || !isSpread(classSpread)
        || !isSpread(probabilitySpread)) {
      throw new IllegalArgumentException("The baseline contradicts itself.");
    }
  }

  private static boolean isSpread(double value) {
    return value >= 1 && Double.isFinite(value);
  }

  /**
   * The baseline of answers, in the order in which they were given; those to the files of a folder,
   * which may be sorted by class, in a random order.
   *
   * @throws IllegalArgumentException if there are fewer than {@link #MIN_IMAGES}
   */
  public static ScoreBaseline of(List<TopClass> answers) {
    if (answers.size() < MIN_IMAGES) {
      throw new IllegalArgumentException(
          "A baseline takes at least %d images, and there are %d."
              .formatted(MIN_IMAGES, answers.size()));
    }
    List<TopClass> first = answers.subList(0, answers.size() / 2);
    List<TopClass> second = answers.subList(answers.size() / 2, answers.size());
    Map<String, Long> seen = new HashMap<>();
    first.forEach(answer -> seen.merge(answer.label(), 1L, Long::sum));
    Map<String, Integer> groups = Psi.groups(seen);
    int classGroups = 2 + Collections.max(groups.values());
    List<Double> edges = edges(first);

    int[] groupOf =
        second.stream()
            .mapToInt(answer -> groups.getOrDefault(answer.label(), classGroups - 1))
            .toArray();
    int[] binOf = second.stream().mapToInt(answer -> bin(edges, answer)).toArray();
    return new ScoreBaseline(
        groups,
        list(counts(groupOf, 0, groupOf.length, classGroups)),
        edges,
        list(counts(binOf, 0, binOf.length, edges.size() + 1)),
        spread(groupOf, classGroups),
        spread(binOf, edges.size() + 1));
  }

  /** Edges of bins that have equally many answers, where that many probabilities differ. */
  private static List<Double> edges(List<TopClass> answers) {
    double[] sorted = answers.stream().mapToDouble(TopClass::probability).sorted().toArray();
    return IntStream.range(1, PROBABILITY_BINS)
        .mapToObj(i -> sorted[i * sorted.length / PROBABILITY_BINS])
        .distinct()
        .filter(edge -> edge > sorted[0])
        .toList();
  }

  private static long[] counts(int[] numbers, int from, int to, int size) {
    long[] counts = new long[size];
    Arrays.stream(numbers, from, to).forEach(number -> counts[number]++);
    return counts;
  }

  /**
   * Pearson's statistic of the hypothesis that all parts have the same distribution, divided by its
   * degrees of freedom: 1 on average if the inputs are independent.
   */
  private static double spread(int[] numbers, int size) {
    long[] all = counts(numbers, 0, numbers.length, size);
    double statistic = 0;
    for (int part = 0; part < PARTS; part++) {
      int from = part * numbers.length / PARTS;
      int to = (part + 1) * numbers.length / PARTS;
      long[] counts = counts(numbers, from, to, size);
      for (int i = 0; i < size; i++) {
        double expected = (double) all[i] * (to - from) / numbers.length;
        statistic += all[i] == 0 ? 0 : Math.pow(counts[i] - expected, 2) / expected;
      }
    }
    long degrees = (PARTS - 1) * (Arrays.stream(all).filter(count -> count > 0).count() - 1);
    return degrees == 0 ? 1 : Math.max(1, statistic / degrees);
  }

  private static List<Long> list(long[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  private static int bin(List<Double> edges, TopClass answer) {
    int bin = 0;
    while (bin < edges.size() && answer.probability() >= edges.get(bin)) {
      bin++;
    }
    return bin;
  }

  /** The number of answers that were counted. */
  public long images() {
    return sum(classes);
  }

  int group(TopClass answer) {
    return groups.getOrDefault(answer.label(), classes.size() - 1);
  }

  int bin(TopClass answer) {
    return bin(edges, answer);
  }
}
