package io.lynxeye.bench.gpu;

import com.google.gson.annotations.SerializedName;
import io.lynxeye.translators.postprocess.TopK;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The scores and the speed of one device.
 *
 * @param device TensorFlow's name of the device
 * @param precision the model's precision on it
 * @param scores by image file
 * @param decodeMillis time to decode the test image to model input
 * @param imagesPerSecond throughput of the engine by batch size, with two concurrent calls
 */
record DeviceFigures(
    String device,
    String precision,
    Map<String, float[]> scores,
    double decodeMillis,
    @SerializedName("picturesPerSecond") TreeMap<Integer, Double> imagesPerSecond) {

  /** The batch size with the highest throughput. */
  int bestBatch() {
    return imagesPerSecond.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }

  /** The highest throughput in images per second. */
  double best() {
    return imagesPerSecond.get(bestBatch());
  }

  /** The cores that decoding needs to keep the engine busy at its best batch size. */
  double coresToDecode() {
    return best() * decodeMillis / 1000;
  }

  /** The images whose best class another device reports differently. */
  List<String> differing(DeviceFigures other) {
    return scores.keySet().stream()
        .filter(name -> top(scores.get(name)) != top(other.scores.get(name)))
        .toList();
  }

  /** The largest difference of any score of any image. */
  double largestDifference(DeviceFigures other) {
    double largest = 0;
    for (Map.Entry<String, float[]> image : scores.entrySet()) {
      float[] theirs = other.scores.get(image.getKey());
      for (int i = 0; i < theirs.length; i++) {
        largest = Math.max(largest, Math.abs(image.getValue()[i] - theirs[i]));
      }
    }
    return largest;
  }

  private static int top(float[] scores) {
    return TopK.indices(scores, 0, scores.length, 1)[0];
  }
}
