package io.lynxeye.serving.rollout.verdict;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One input scored by both versions. Of outputs that are not class scores, equal outputs (within a
 * tolerance) have equal labels.
 *
 * @param candidate empty if the candidate failed
 * @param latencyRatio the candidate's time divided by the serving version's, both measured alone on
 *     this input; empty where it was not measured
 */
public record Comparison(
    TopClass serving, Optional<TopClass> candidate, OptionalDouble latencyRatio) {

  /**
   * @throws IllegalArgumentException if the ratio is negative or not a number
   */
  public Comparison {
    if (latencyRatio.isPresent() && !(latencyRatio.getAsDouble() >= 0)) {
      throw new IllegalArgumentException(
          "The latency ratio is " + latencyRatio.getAsDouble() + ".");
    }
  }
}
