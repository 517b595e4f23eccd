package io.lynxeye.serving.rollout.verdict;

/**
 * The figures of one measure.
 *
 * @param measure one of the names in {@link Judge}
 * @param value NaN if there are too few images for it
 * @param low,high the bounds of its confidence sequence, NaN if it has none. However often they are
 *     looked at, a bound that can stop a candidate is wrong with a probability of at most {@link
 *     Judge#STOP_ALPHA}, and any other with at most {@link Judge#PASS_BUDGET}.
 * @param limit NaN if the measure is only reported; its decision is then UNDECIDED
 * @param images the number of images, or pairs of images, that it comes from
 */
public record Finding(
    String measure,
    double value,
    double low,
    double high,
    double limit,
    Decision decision,
    long images) {

  /** Whether the measure has a limit, and so a say in the verdict. */
  public boolean hasLimit() {
    return !Double.isNaN(limit);
  }
}
