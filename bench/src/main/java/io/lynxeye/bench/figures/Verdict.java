package io.lynxeye.bench.figures;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A ratio or another figure, compared with its bound.
 *
 * @param rounds the value of each round; empty if it was not measured
 * @param bound the bound of the median; NaN if it has none
 * @param isFloor whether the bound is a minimum; otherwise it is a maximum
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Verdict(String name, double[] rounds, double bound, boolean isFloor) {

  public static Verdict atLeast(double bound, String name, double... rounds) {
    return new Verdict(name, rounds, bound, true);
  }

  public static Verdict atMost(double bound, String name, double... rounds) {
    return new Verdict(name, rounds, bound, false);
  }

  /** A figure without a bound. */
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

  /** A row for each of them that was measured. */
  public static Table table(List<Verdict> verdicts) {
    Table table = new Table("ratio", "median", "must be", "", "rounds");
    for (Verdict verdict : verdicts) {
      if (verdict.isMeasured()) {
        table.row(
            verdict.name, verdict.median(), verdict.boundText(), verdict.word(), verdict.range());
      }
    }
    return table;
  }

  /** The bound as text, such as {@code >= 0.92}. */
  public String boundText() {
    return Double.isNaN(bound) ? "" : (isFloor ? ">= " : "<= ") + number(bound);
  }

  /** The result as a word: {@code met}, {@code MISSED} or nothing. */
  public String word() {
    if (Double.isNaN(bound) || !isMeasured()) {
      return "";
    }
    return isMet() ? "met" : "MISSED";
  }

  /** The smallest and the largest value of the rounds. */
  public String range() {
    return number(Arrays.stream(rounds).min().orElse(Double.NaN))
        + " .. "
        + number(Arrays.stream(rounds).max().orElse(Double.NaN));
  }

  /** A number rounded to three digits. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    int decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    boolean isWhole = value == Math.rint(value);
    return String.format(Locale.ROOT, "%." + (isWhole ? 0 : decimals) + "f", value);
  }
}
