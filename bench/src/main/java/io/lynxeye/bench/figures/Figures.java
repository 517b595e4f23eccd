package io.lynxeye.bench.figures;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;

/**
 * The figures of a run: names such as {@code closed.32.p99_ms} with one value per round. Not
 * thread-safe.
 */
public final class Figures {

  private final Map<String, List<Double>> rounds = new LinkedHashMap<>();

  /** Adds a round's value; ignores infinity and NaN, which mean that nothing was measured. */
  public void add(String name, double value) {
    if (Double.isFinite(value)) {
      rounds.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }
  }

  /** Adds a round's count. */
  public void add(String name, long count) {
    add(name, (double) count);
  }

  /** The values of all rounds, in order; empty if it was not measured. */
  public double[] rounds(String name) {
    return rounds.getOrDefault(name, List.of()).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The median of the rounds; NaN if it was not measured. */
  public double median(String name) {
    return Statistics.median(rounds(name));
  }

  /** The value of the last round, for the later parts of the same round. */
  public Optional<Double> last(String name) {
    List<Double> values = rounds.getOrDefault(name, List.of());
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
  }

  /**
   * Combines two figures round by round, so that a change of the machine's speed affects both.
   *
   * @return one value for each round that both have
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

  /** All figures, in the order in which they were first added. */
  public Map<String, List<Double>> all() {
    return Collections.unmodifiableMap(rounds);
  }
}
