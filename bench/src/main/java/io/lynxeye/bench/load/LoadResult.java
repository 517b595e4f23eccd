package io.lynxeye.bench.load;

import io.lynxeye.bench.figures.Latencies;
import io.lynxeye.bench.figures.Statistics;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The outcomes of all requests of a load.
 *
 * @param outcomes in the order in which the requests ended
 * @param fromNanos end of the warm-up
 * @param toNanos end of the load; later responses do not count for the throughput
 */
public record LoadResult(List<Outcome> outcomes, long fromNanos, long toNanos) {

  public LoadResult {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * Scored images per second between warm-up and end: the slope of their count over time. When all
   * were answered at about one time (one batch, on a slow machine), their number over the time.
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

  /** Latencies of the images scored after the warm-up. */
  public Latencies accepted() {
    return latencies(Outcome::isGood);
  }

  /** Latencies of the refusals after the warm-up. */
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

  /** The {@code Retry-After} of the refusals after the warm-up, as latencies. */
  public Latencies retryAfter() {
    return Latencies.of(
        outcomes.stream()
            .filter(Outcome::isRefused)
            .filter(outcome -> outcome.doneNanos() - fromNanos >= 0)
            .mapToDouble(outcome -> 1000.0 * outcome.retryAfter()));
  }

  /** The number of requests neither scored nor refused, including the warm-up. */
  public long failed() {
    return outcomes.stream().filter(outcome -> !outcome.isGood() && !outcome.isRefused()).count();
  }

  /** The number of responses of each status, including the warm-up. */
  public TreeMap<Integer, Long> byStatus() {
    return outcomes.stream()
        .collect(Collectors.groupingBy(Outcome::status, TreeMap::new, Collectors.counting()));
  }
}
