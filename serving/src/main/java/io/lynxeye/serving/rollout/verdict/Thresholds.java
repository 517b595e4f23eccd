package io.lynxeye.serving.rollout.verdict;

/**
 * What a candidate must keep to.
 *
 * @param minImages images that must be compared before it passes; it can fail earlier
 * @param minAgreement the smallest share of inputs with the same best class, 0..1; 1 cannot be
 *     proven by any number of images, so such a candidate never passes
 * @param maxLatencyRatio the largest median of its time divided by the serving version's
 * @param maxErrorRate the largest share of inputs on which it fails, 0..1
 */
public record Thresholds(
    int minImages, double minAgreement, double maxLatencyRatio, double maxErrorRate) {

  /**
   * @throws IllegalArgumentException if a value is outside its range
   */
  public Thresholds {
    if (minImages < 0
        || !(minAgreement >= 0 && minAgreement <= 1)
        || !(maxLatencyRatio > 0)
        || !(maxErrorRate >= 0 && maxErrorRate <= 1)) {
      throw new IllegalArgumentException(
          "minImages=%d, minAgreement=%s, maxLatencyRatio=%s, maxErrorRate=%s"
              .formatted(minImages, minAgreement, maxLatencyRatio, maxErrorRate));
    }
  }
}
