package io.lynxeye.serving.rollout;

/**
 * The true class of an input that was scored.
 *
 * @param requestId the id in the response
 * @param image the place of the image in its request, from 0
 * @param label the label of the class; its index where either version has no labels
 */
public record Feedback(String requestId, int image, String label) {

  /**
   * How many labels counted.
   *
   * @param counted inputs that both versions have scored
   * @param unknown inputs that were not compared, are too old, or have their label already
   */
  public record Receipt(int counted, int unknown) {}
}
