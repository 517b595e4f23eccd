package io.lynxeye.bench.rollout;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Table;
import io.lynxeye.bench.figures.Verdict;
import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;

/**
 * What callers got with and without a rollout, at each load. The n-th measurement of a load with
 * it, and the n-th without it, follow each other.
 */
final class RolloutCost {

  /** Whether a rollout uses the images of the callers. */
  enum Side {
    WITHOUT,
    WITH
  }

  /** Loads from here on are more than the server can score. */
  private static final int OVERLOAD = 100;

  private static final String INFERENCE = "inference_ms";

  private final Figures figures = new Figures();
  private final List<Integer> percents;

  /**
   * Without figures yet.
   *
   * @param percents the loads, in percent of the server's throughput
   */
  RolloutCost(List<Integer> percents) {
    this.percents = List.copyOf(percents);
  }

  /** Adds the time of one inference, as a caller has it alone on the server. */
  void addInference(double millis) {
    figures.add(INFERENCE, millis);
  }

  /** Adds a measurement. */
  void add(int percent, Side side, LoadResult result, RolloutControl.Counts counts) {
    String name = name(percent, side);
    figures.add(name + "p50_ms", result.accepted().percentile(50));
    figures.add(name + "p99_ms", result.accepted().percentile(99));
    figures.add(name + "goodput_per_s", result.goodPerSecond());
    figures.add(name + "sent", result.outcomes().size());
    figures.add(name + "refused", result.outcomes().stream().filter(Outcome::isRefused).count());
    figures.add(name + "failed", result.failed());
    if (side == Side.WITH) {
      figures.add(name + "offered", counts.offered());
      figures.add(name + "compared", counts.images());
      figures.add(name + "dropped", counts.dropped());
    }
  }

  private static String name(int percent, Side side) {
    return "%d.%s.".formatted(percent, side.name().toLowerCase(Locale.ROOT));
  }

  Figures figures() {
    return figures;
  }

  /** A row for each load and side. */
  Table table() {
    Table table =
        new Table(
            "load %",
            "rollout",
            "answered/s",
            "p50 ms",
            "p99 ms",
            "sent",
            "refused",
            "failed",
            "offered",
            "compared",
            "dropped");
    for (int percent : percents) {
      for (Side side : Side.values()) {
        String name = name(percent, side);
        table.row(
            percent,
            side.name().toLowerCase(Locale.ROOT),
            figures.median(name + "goodput_per_s"),
            figures.median(name + "p50_ms"),
            figures.median(name + "p99_ms"),
            sum(name + "sent"),
            sum(name + "refused"),
            sum(name + "failed"),
            sum(name + "offered"),
            sum(name + "compared"),
            sum(name + "dropped"));
      }
    }
    return table;
  }

  /** What a rollout promises its callers, of each load. */
  List<Verdict> verdicts() {
    List<Verdict> verdicts = new ArrayList<>();
    percents.forEach(percent -> verdicts.addAll(verdicts(percent)));
    return verdicts;
  }

  private List<Verdict> verdicts(int percent) {
    String at = " at " + percent + " %";
    boolean isOverload = percent >= OVERLOAD;
    List<Verdict> verdicts = new ArrayList<>();
    verdicts.add(
        Verdict.atMost(
            1.05, "p50" + at + ": with / without", pairs(percent, "p50_ms", (a, b) -> a / b)));
    double inference = figures.median(INFERENCE);
    verdicts.add(
        Verdict.atMost(
            1,
            "p99" + at + ": with - without, in inferences",
            pairs(percent, "p99_ms", (a, b) -> (a - b) / inference)));
    if (isOverload) {
      verdicts.add(
          Verdict.atLeast(
              0.95,
              "answered per second" + at + ": with / without",
              pairs(percent, "goodput_per_s", (a, b) -> a / b)));
    } else {
      verdicts.add(
          Verdict.atMost(0, "refused" + at + ": with - without", more(percent, "refused")));
    }
    verdicts.add(Verdict.atMost(0, "failed" + at + ": with - without", more(percent, "failed")));
    verdicts.add(compared(percent, isOverload, "compared / chosen by the share" + at));
    return verdicts;
  }

  private Verdict compared(int percent, boolean isOverload, String name) {
    String with = name(percent, Side.WITH);
    double[] shares =
        figures.combined(
            with + "compared", with + "offered", (done, all) -> all > 0 ? done / all : 1);
    return isOverload ? Verdict.shown(name, shares) : Verdict.atLeast(0.5, name, shares);
  }

  private double[] pairs(int percent, String figure, DoubleBinaryOperator operator) {
    return figures.combined(
        name(percent, Side.WITH) + figure, name(percent, Side.WITHOUT) + figure, operator);
  }

  /** The difference of all rounds together, for counts that should be zero. */
  private double[] more(int percent, String count) {
    double[] without = figures.rounds(name(percent, Side.WITHOUT) + count);
    double[] with = figures.rounds(name(percent, Side.WITH) + count);
    return with.length == 0
        ? with
        : new double[] {Arrays.stream(with).sum() - Arrays.stream(without).sum()};
  }

  private long sum(String name) {
    return Math.round(Arrays.stream(figures.rounds(name)).sum());
  }
}
