package io.lynxeye.tuning;

import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Looks for the settings that score the most pictures a second. Larger batches, and what comes
 * later among the ways to share the cores, cost latency, so they must be clearly better to be
 * taken; a way is given up at the first larger batch that gains nothing.
 */
final class TuningSearch {

  /** What must be gained to take something that costs latency; machines are noisy, too. */
  private static final double CLEARLY = 1.05;

  /** Measures pictures a second. */
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
   * @param ways at least one, the one with the best latency first
   * @param batchSizes at least one, ascending
   */
  Tuning best(List<Parallelism> ways, List<Integer> batchSizes) throws ModelLoadException {
    Measured best = null;
    for (Parallelism parallelism : ways) {
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

  /** All that was measured, and what the numbers are. */
  String report() {
    return all.stream().map(Measured::toString).collect(Collectors.joining(", "))
        + " (workers x batch size: pictures/s)";
  }
}
