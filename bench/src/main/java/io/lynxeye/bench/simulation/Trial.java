package io.lynxeye.bench.simulation;

import io.lynxeye.serving.rollout.verdict.Judge;
import io.lynxeye.serving.rollout.verdict.Proportion;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;

/**
 * A candidate that is looked at after every image, by one measure of {@link Judge}, until that
 * measure decides. The measure is asked without the counts that it does not use: a verdict after
 * each of ten million images would take minutes.
 */
final class Trial {

  /** The images of a run that decides nothing. */
  static final int IMAGES = 10_000;

  /** Two timed images make a ratio: the first fifty images are timed, then every fourth. */
  private static final int FIRST_RATIOS = 25;

  private Trial() {}

  /** Runs until the agreement stops a candidate. */
  static Runs agreementStops(int runs, double agreement, double limit) {
    return ends(
        runs,
        trials -> trials,
        random -> random.nextDouble() < agreement,
        seen -> seen.isBelow(limit, Judge.STOP_ALPHA));
  }

  /** Runs until the agreement passes a candidate that may still be stopped before. */
  static Runs agreementPasses(int runs, double agreement, double limit, int minImages) {
    return Runs.of(
        runs,
        random -> {
          int hits = 0;
          for (int images = 1; images <= IMAGES; images++) {
            hits += random.nextDouble() < agreement ? 1 : 0;
            Proportion seen = new Proportion(hits, images);
            if (seen.isBelow(limit, Judge.STOP_ALPHA)) {
              return 0;
            }
            if (images >= minImages && seen.isAbove(limit, Judge.PASS_BUDGET)) {
              return images;
            }
          }
          return 0;
        });
  }

  /** Runs until the errors stop a candidate. */
  static Runs errorsStop(int runs, double rate, double limit) {
    return ends(
        runs,
        trials -> trials,
        random -> random.nextDouble() < rate,
        seen -> seen.isAbove(limit, Judge.STOP_ALPHA));
  }

  /**
   * Runs until the times stop a candidate.
   *
   * @param ratio the true median of the ratios
   * @param noise the standard deviation of the logarithms of single pairs; a ratio is the geometric
   *     mean of two
   */
  static Runs latencyStops(int runs, double ratio, double noise, double limit) {
    double step = Math.log(1.01); // The judge counts ratios in steps of 1 %.
    double above = Math.exp(step * Math.ceil(Math.log(limit) / step));
    return ends(
        runs,
        Trial::imagesOfRatios,
        random -> latencyRatio(random, ratio, noise) >= above,
        seen -> seen.isAbove(0.5, Judge.STOP_ALPHA));
  }

  static double latencyRatio(SplittableRandom random, double median, double noise) {
    return median * Math.exp(noise / Math.sqrt(2) * gaussian(random));
  }

  static int imagesOfRatios(int ratios) {
    return 2 * Math.min(ratios, FIRST_RATIOS) + 8 * Math.max(0, ratios - FIRST_RATIOS);
  }

  /**
   * @param images how many a number of trials takes
   */
  private static Runs ends(
      int runs,
      IntUnaryOperator images,
      Predicate<SplittableRandom> hit,
      Predicate<Proportion> decides) {
    return Runs.of(
        runs,
        random -> {
          int hits = 0;
          for (int trials = 1; images.applyAsInt(trials) <= IMAGES; trials++) {
            hits += hit.test(random) ? 1 : 0;
            if (decides.test(new Proportion(hits, trials))) {
              return images.applyAsInt(trials);
            }
          }
          return 0;
        });
  }

  /** A standard normal variable, by Box and Muller's method. */
  static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
