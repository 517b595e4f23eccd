package io.lynxeye.bench.figures;

import java.util.Arrays;
import java.util.Locale;

/**
 * A ratio (or another figure) beside what it must be.
 *
 * @param rounds its value in each round; none = not measured
 * @param bound what its median must reach or stay below; NaN = shown only
 * @param isFloor whether the bound is the least allowed, else it is the most
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Verdict(String name, double[] rounds, double bound, boolean isFloor) {

  public static Verdict atLeast(double bound, String name, double... rounds) {
    return new Verdict(name, rounds, bound, true);
  }

  public static Verdict atMost(double bound, String name, double... rounds) {
    return new Verdict(name, rounds, bound, false);
  }

  /** Without a bound. */
  public static Verdict shown(String name, double... rounds) {
    return new Verdict(name, rounds, Double.NaN, true);
  }

  public double median() {
    return Statistics.median(rounds);
  }

  public boolean isMeasured() {
    return rounds.length > 0;
  }

  public boolean isMet() {
    return isFloor ? median() >= bound : median() <= bound;
  }

  /** Such as {@code >= 0.92}. */
  public String boundText() {
    return Double.isNaN(bound) ? "" : (isFloor ? ">= " : "<= ") + number(bound);
  }

  /** {@code met}, {@code MISSED} or nothing. */
  public String word() {
    if (Double.isNaN(bound) || !isMeasured()) {
      return "";
    }
    return isMet() ? "met" : "MISSED";
  }

  /** The smallest and the largest round. */
  public String range() {
    return number(Arrays.stream(rounds).min().orElse(Double.NaN))
        + " .. "
        + number(Arrays.stream(rounds).max().orElse(Double.NaN));
  }

  /** Three digits and what they need. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    int decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    boolean isWhole = value == Math.rint(value);
    return String.format(Locale.ROOT, "%." + (isWhole ? 0 : decimals) + "f", value);
  }
}
