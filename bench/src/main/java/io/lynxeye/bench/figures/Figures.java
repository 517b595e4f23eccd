package io.lynxeye.bench.figures;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;

/**
 * What a run measured: a name such as {@code closed.32.p99_ms}, and one value per round. Not
 * thread-safe.
 */
public final class Figures {

  private final Map<String, List<Double>> rounds = new LinkedHashMap<>();

  /** The round's value; infinities and NaN (nothing was measured) are left out. */
  public void add(String name, double value) {
    if (Double.isFinite(value)) {
      rounds.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }
  }

  /** The round's count. */
  public void add(String name, long count) {
    add(name, (double) count);
  }

  /** Each round's value, in order; none when it was not measured. */
  public double[] rounds(String name) {
    return rounds.getOrDefault(name, List.of()).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** NaN when it was not measured. */
  public double median(String name) {
    return Statistics.median(rounds(name));
  }

  /** The last round's, for what the next part of the round goes by. */
  public Optional<Double> last(String name) {
    List<Double> values = rounds.getOrDefault(name, List.of());
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
  }

  /**
   * Two figures combined round by round, so that a machine that drifts drifts for both.
   *
   * @return as many as both have
   */
  public double[] combined(String one, String other, DoubleBinaryOperator operator) {
    return combined(rounds(one), rounds(other), operator);
  }

  static double[] combined(double[] one, double[] other, DoubleBinaryOperator operator) {
    double[] combined = new double[Math.min(one.length, other.length)];
    for (int i = 0; i < combined.length; i++) {
      combined[i] = operator.applyAsDouble(one[i], other[i]);
    }
    return combined;
  }

  /** Everything, in the order it was first measured. */
  public Map<String, List<Double>> all() {
    return Collections.unmodifiableMap(rounds);
  }
}
