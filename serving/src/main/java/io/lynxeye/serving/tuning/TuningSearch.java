package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Searches for the settings with the highest throughput. Larger batches and later candidates cost
 * latency, so they must be clearly better to be chosen; a candidate ends at the first larger batch
 * without a clear gain.
 */
final class TuningSearch {

  /** The gain that justifies a higher latency, above the noise of the machine. */
  private static final double CLEARLY = 1.05;

  /** Measures images per second. */
  @FunctionalInterface
  interface Meter {
    double measure(Parallelism parallelism, int batchSize) throws ModelLoadException;
  }

  private record Measured(Parallelism parallelism, int batchSize, double rate) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d x %d%s: %.1f",
          parallelism.workers(),
          batchSize,
          parallelism.threadsEach(),
          rate);
    }
  }

  private final Meter meter;
  private final List<Measured> all = new ArrayList<>();

  TuningSearch(Meter meter) {
    this.meter = meter;
  }

  /**
   * Returns the best settings.
   *
   * @param candidates at least one, the one with the best latency first
   * @param batchSizes at least one, ascending
   */
  Tuning best(List<Parallelism> candidates, List<Integer> batchSizes) throws ModelLoadException {
    Measured best = null;
    for (Parallelism parallelism : candidates) {
      double smaller = 0;
      for (int batchSize : batchSizes) {
        Measured here = new Measured(parallelism, batchSize, meter.measure(parallelism, batchSize));
        all.add(here);
        if (best == null || here.rate > best.rate * CLEARLY) {
          best = here;
        }
        if (here.rate < smaller * CLEARLY) {
          break;
        }
        smaller = here.rate;
      }
    }
    return best.parallelism.with(best.batchSize);
  }

  /** All measurements, with the unit. */
  String report() {
    return all.stream().map(Measured::toString).collect(Collectors.joining(", "))
        + " (workers x batch size: images/s)";
  }
}
