package io.lynxeye.bench.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;

/**
 * Many runs of one case, and after how many images each of them ended.
 *
 * @param count the number of runs
 * @param ends the images of the runs that ended, in ascending order
 */
record Runs(int count, List<Integer> ends) {

  private static final long SEED = 20261130;

  /**
   * Simulates runs that are the same each time.
   *
   * @param run returns after how many images it ended, or 0 if it did not
   */
  static Runs of(int count, ToIntFunction<SplittableRandom> run) {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] ends = new int[count];
    for (int i = 0; i < count; i++) {
      ends[i] = run.applyAsInt(random.split());
    }
    return new Runs(count, Arrays.stream(ends).filter(end -> end > 0).sorted().boxed().toList());
  }

  /** The share of the runs that ended. */
  double share() {
    return (double) ends.size() / count;
  }

  /** After how many images a share of all runs had ended, as text; "-" if so many never did. */
  String within(int percent) {
    int rank = (count * percent + 99) / 100;
    return rank > ends.size() ? "-" : Integer.toString(ends.get(rank - 1));
  }
}
