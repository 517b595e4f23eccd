package io.lynxeye.serving.rollout.drift;

import io.lynxeye.serving.rollout.verdict.Psi;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.util.List;

/**
 * Compares the latest answers with the baseline. To be used by one thread at a time; an answer
 * costs two counts, a reading less than 40 logarithms.
 *
 * <p>A shift is an alarm if it is notable by custom, {@link #NOTABLE}, and larger than chance makes
 * it in a window of this size. Chance makes it a chi-squared variable times <i>1/window +
 * 1/baseline</i> and the baseline's spread. The limit is its quantile of a probability so small
 * that a window which is looked at after each of ten thousand answers stays below it.
 */
public final class Drift {

  /** The number of answers in a window, unless another is given. */
  public static final int WINDOW = 1_000;

  /** By custom, a population stability index below this is no shift worth a look. */
  public static final double NOTABLE = 0.1;

  /** The standard normal quantile of a probability of 1e-7. */
  private static final double QUANTILE = 5.2;

  private final ScoreBaseline baseline;
  private final long[] expectedClasses;
  private final long[] expectedProbabilities;
  private final double classLimit;
  private final double probabilityLimit;
  private final int[] groups;
  private final int[] bins;
  private final long[] classes;
  private final long[] probabilities;
  private long answers;

  /**
   * @param window the number of the latest answers that are compared
   */
  public Drift(ScoreBaseline baseline, int window) {
    if (window < 1) {
      throw new IllegalArgumentException("A window of " + window + " answers");
    }
    this.baseline = baseline;
    this.expectedClasses = array(baseline.classes());
    this.expectedProbabilities = array(baseline.probabilities());
    this.groups = new int[window];
    this.bins = new int[window];
    this.classes = new long[expectedClasses.length];
    this.probabilities = new long[expectedProbabilities.length];
    this.classLimit = limit(expectedClasses.length, baseline.classSpread());
    this.probabilityLimit = limit(expectedProbabilities.length, baseline.probabilitySpread());
  }

  private static long[] array(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).toArray();
  }

  private double limit(int size, double spread) {
    double chance = (1.0 / groups.length + 1.0 / baseline.images()) * spread;
    return Math.max(NOTABLE, chance * chiSquared(size - 1));
  }

  /** The quantile of a chi-squared variable, by Wilson and Hilferty's approximation. */
  private static double chiSquared(int degrees) {
    if (degrees < 1) {
      return 0;
    }
    double variance = 2.0 / (9 * degrees);
    return degrees * Math.pow(1 - variance + QUANTILE * Math.sqrt(variance), 3);
  }

  /** Adds the latest answer and forgets the oldest one of a full window. */
  public void add(TopClass answer) {
    int place = (int) (answers % groups.length);
    if (answers >= groups.length) {
      classes[groups[place]]--;
      probabilities[bins[place]]--;
    }
    groups[place] = baseline.group(answer);
    bins[place] = baseline.bin(answer);
    classes[groups[place]]++;
    probabilities[bins[place]]++;
    answers++;
  }

  /** The shifts of the answers in the window. */
  public DriftReading reading() {
    boolean full = answers >= groups.length;
    return new DriftReading(
        Math.min(answers, groups.length),
        full ? Psi.of(expectedClasses, classes) : Double.NaN,
        classLimit,
        full ? Psi.of(expectedProbabilities, probabilities) : Double.NaN,
        probabilityLimit);
  }
}
