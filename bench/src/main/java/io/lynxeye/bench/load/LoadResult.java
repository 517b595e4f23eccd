package io.lynxeye.bench.load;

import io.lynxeye.bench.figures.Latencies;
import io.lynxeye.bench.figures.Statistics;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What became of every request of a load.
 *
 * @param outcomes all of them, in the order they ended
 * @param fromNanos when the warm-up was over
 * @param toNanos when the last request was due
 */
public record LoadResult(List<Outcome> outcomes, long fromNanos, long toNanos) {

  public LoadResult {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * Good answers per second between warm-up and end: the slope of their count; where they are all
   * of one moment (one batch, on a slow machine) their plain number over the time.
   */
  public double goodPerSecond() {
    long[] done =
        outcomes.stream()
            .filter(Outcome::isGood)
            .mapToLong(Outcome::doneNanos)
            .filter(nanos -> nanos - fromNanos >= 0 && nanos - toNanos <= 0)
            .sorted()
            .toArray();
    long window = toNanos - fromNanos;
    boolean isSpread = done.length > 1 && done[done.length - 1] - done[0] > window / 2;
    return isSpread ? Statistics.perSecond(done) : done.length * 1e9 / window;
  }

  /** Of the good ones that ended after the warm-up. */
  public Latencies accepted() {
    return latencies(Outcome::isGood);
  }

  /** Of those turned away after the warm-up. */
  public Latencies refused() {
    return latencies(Outcome::isRefused);
  }

  private Latencies latencies(Predicate<Outcome> which) {
    return Latencies.of(
        outcomes.stream()
            .filter(which)
            .filter(outcome -> outcome.doneNanos() - fromNanos >= 0)
            .mapToDouble(Outcome::millis));
  }

  /** Neither scored nor turned away, warm-up included. */
  public long failed() {
    return outcomes.stream().filter(outcome -> !outcome.isGood() && !outcome.isRefused()).count();
  }

  /** How many answers of each status, warm-up included. */
  public TreeMap<Integer, Long> byStatus() {
    return outcomes.stream()
        .collect(Collectors.groupingBy(Outcome::status, TreeMap::new, Collectors.counting()));
  }
}
