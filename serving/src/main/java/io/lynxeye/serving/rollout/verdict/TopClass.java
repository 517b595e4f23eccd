package io.lynxeye.serving.rollout.verdict;

/**
 * What one version said of one input.
 *
 * @param label the label of the class with the highest score, or the index of that class as text
 *     where either version has no labels
 * @param probability of that class, brought into 0..1; 1 for outputs that are not class scores
 */
public record TopClass(String label, double probability) {

  /**
   * @throws IllegalArgumentException if the probability is not a number
   */
  public TopClass {
    if (Double.isNaN(probability)) {
      throw new IllegalArgumentException("The probability of " + label + " is not a number.");
    }
    probability = Math.min(Math.max(probability, 0), 1);
  }
}
