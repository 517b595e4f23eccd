package io.lynxeye.tuning;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.Tuning;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A way to share the cores: so many engine calls at once, on so many threads.
 *
 * @param workers engine calls at once
 * @param threads of the session they run in
 */
record Parallelism(int workers, EngineThreads threads) {

  private static final int FEW_CORES_EACH = 4;

  /**
   * The ways worth trying, the one with the best latency for a lone caller first: one call on all
   * cores, two that fill each other's gaps, one per core on a thread each, and on large machines
   * one per four cores.
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
    return ways.stream().map(parallelism -> parallelism.obeying(fixed)).distinct().toList();
  }

  /** One thread between operations for each call, or calls would wait for each other. */
  private static Parallelism spread(int workers, int threadsEach) {
    return new Parallelism(workers, new EngineThreads(threadsEach, workers));
  }

  private Parallelism obeying(FixedSettings fixed) {
    return new Parallelism(fixed.workers().orElse(workers), fixed.threads().orElse(threads));
  }

  /** For people: nothing where the engine chooses. */
  String threadsEach() {
    return threads.equals(EngineThreads.ENGINE_CHOICE)
        ? ""
        : " on %d thread%s each".formatted(threads.intraOp(), threads.intraOp() == 1 ? "" : "s");
  }

  Tuning with(int batchSize) {
    return new Tuning(workers, batchSize, threads);
  }

  /** Batch sizes worth trying: powers of two up to the most. */
  static List<Integer> batchSizes(OptionalInt wanted, int most) {
    if (wanted.isPresent()) {
      return List.of(wanted.getAsInt());
    }
    List<Integer> sizes = new ArrayList<>();
    for (int size = 1; size <= most; size *= 2) {
      sizes.add(size);
    }
    return sizes;
  }
}
