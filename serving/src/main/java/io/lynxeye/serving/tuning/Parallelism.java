package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A way to use the cores.
 *
 * @param workers parallel inference calls
 * @param threads thread counts of the session they run in
 */
record Parallelism(int workers, EngineThreads threads) {

  private static final int FEW_CORES_EACH = 4;

  /**
   * The candidates, the one with the best latency for a single client first: one call on all cores,
   * two overlapping calls, on large machines one call per four cores, and one call per core.
   */
  static List<Parallelism> candidates(int cores, FixedSettings fixed) {
    List<Parallelism> ways = new ArrayList<>();
    ways.add(new Parallelism(1, EngineThreads.ENGINE_CHOICE));
    ways.add(new Parallelism(2, EngineThreads.ENGINE_CHOICE));
    if (cores >= 4 * FEW_CORES_EACH) {
      ways.add(spread(cores / FEW_CORES_EACH, FEW_CORES_EACH));
    }
    if (cores > 1) {
      ways.add(spread(cores, 1));
    }
    return ways.stream().map(parallelism -> parallelism.with(fixed)).distinct().toList();
  }

  /** One inter-op thread per call, or calls would wait for each other. */
  private static Parallelism spread(int workers, int threadsEach) {
    return new Parallelism(workers, new EngineThreads(threadsEach, workers));
  }

  private Parallelism with(FixedSettings fixed) {
    return new Parallelism(fixed.workers().orElse(workers), fixed.threads().orElse(threads));
  }

  /** A part of the report; empty for the engine's default. */
  String threadsEach() {
    return threads.equals(EngineThreads.ENGINE_CHOICE)
        ? ""
        : " on %d thread%s each".formatted(threads.intraOp(), threads.intraOp() == 1 ? "" : "s");
  }

  Tuning with(int batchSize) {
    return new Tuning(workers, batchSize, threads);
  }

  /** The candidates for the batch size: the given one, or the powers of two up to the maximum. */
  static List<Integer> batchSizes(OptionalInt fixed, int most) {
    if (fixed.isPresent()) {
      return List.of(fixed.getAsInt());
    }
    List<Integer> sizes = new ArrayList<>();
    for (int size = 1; size <= most; size *= 2) {
      sizes.add(size);
    }
    return sizes;
  }
}
