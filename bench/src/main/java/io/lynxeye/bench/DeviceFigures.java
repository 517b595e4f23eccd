package io.lynxeye.bench;

import io.lynxeye.translators.TopK;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one device made of the same pictures, and how fast.
 *
 * @param device as TensorFlow names it
 * @param precision of the model there
 * @param scores by picture
 * @param decodeMillis from the sample JPEG to the model's input
 * @param picturesPerSecond of the engine, by pictures in a call, two calls at once
 */
record DeviceFigures(
    String device,
    String precision,
    Map<String, float[]> scores,
    double decodeMillis,
    TreeMap<Integer, Double> picturesPerSecond) {

  /** The batch size that scores most. */
  int bestBatch() {
    return picturesPerSecond.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }

  double best() {
    return picturesPerSecond.get(bestBatch());
  }

  /** The part of a core that decodes for the engine at its best, in cores. */
  double coresToDecode() {
    return best() * decodeMillis / 1000;
  }

  /** The pictures that another device calls something else. */
  List<String> differing(DeviceFigures other) {
    return scores.keySet().stream()
        .filter(name -> top(scores.get(name)) != top(other.scores.get(name)))
        .toList();
  }

  /** The largest difference of any score of any picture. */
  double largestDifference(DeviceFigures other) {
    double largest = 0;
    for (Map.Entry<String, float[]> picture : scores.entrySet()) {
      float[] theirs = other.scores.get(picture.getKey());
      for (int i = 0; i < theirs.length; i++) {
        largest = Math.max(largest, Math.abs(picture.getValue()[i] - theirs[i]));
      }
    }
    return largest;
  }

  private static int top(float[] scores) {
    return TopK.indices(scores, 0, scores.length, 1)[0];
  }
}
