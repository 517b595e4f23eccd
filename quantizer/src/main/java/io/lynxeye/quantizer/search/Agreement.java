package io.lynxeye.quantizer.search;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a model's scores agree with those of the float32 model.
 *
 * @param inputs the number of inputs
 * @param images the number of images that they come from
 * @param same inputs whose best class is the same
 * @param sure inputs whose best class has a probability of at least 0.5 in float32
 * @param sureSame those of them whose best class is the same
 * @param meanChange the mean absolute change of the probability of float32's best class
 * @param maxChange the largest one
 * @param divergence the mean Kullback-Leibler divergence, in nats: small changes count too, where
 *     the best class says nothing; infinite if some scores are not numbers
 * @param lower the lower end of the 95 % interval of same / inputs; inputs of one image count as
 *     one where they behave alike
 * @param upper the upper end
 */
public record Agreement(
    int inputs,
    int images,
    int same,
    int sure,
    int sureSame,
    double meanChange,
    double maxChange,
    double divergence,
    double lower,
    double upper) {

  private static final double SURE = 0.5;
  private static final double DEVIATIONS = 1.96;

  /** The share of inputs whose best class is the same. */
  public double share() {
    return inputs == 0 ? 0 : (double) same / inputs;
  }

  /** Whether every sure input keeps its best class. */
  public boolean isSureKept() {
    return sure == sureSame;
  }

  /**
   * Compares.
   *
   * @param exact the scores of the float32 model, one row per input
   * @param others those of the other model; an empty row is that of scores that are not numbers,
   *     which agree with nothing
   * @param images the number of the image that each input comes from
   */
  public static Agreement of(List<float[]> exact, List<float[]> others, List<Integer> images) {
    int same = 0;
    int sure = 0;
    int sureSame = 0;
    double changes = 0;
    double largest = 0;
    double divergence = 0;
    Map<Integer, int[]> byImage = new TreeMap<>();
    for (int i = 0; i < exact.size(); i++) {
      float[] p = probabilities(exact.get(i));
      float[] q = probabilities(others.get(i));
      int best = best(p);
      boolean isSame = q.length > 0 && best(q) == best;
      int[] counts = byImage.computeIfAbsent(images.get(i), unseen -> new int[2]);
      counts[0]++;
      if (isSame) {
        same++;
        counts[1]++;
      }
      if (p[best] >= SURE) {
        sure++;
        sureSame += isSame ? 1 : 0;
      }
      double change = q.length > 0 ? Math.abs(p[best] - q[best]) : 1;
      changes += change;
      largest = Math.max(largest, change);
      divergence += divergence(p, q);
    }
    int count = Math.max(1, exact.size());
    double[] interval = interval(byImage, same, exact.size());
    return new Agreement(
        exact.size(),
        byImage.size(),
        same,
        sure,
        sureSame,
        changes / count,
        largest,
        divergence / count,
        interval[0],
        interval[1]);
  }

  private static int best(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Scores as they are if they are probabilities, else after a softmax. */
  private static float[] probabilities(float[] scores) {
    double sum = 0;
    float largest = Float.NEGATIVE_INFINITY;
    boolean isPositive = true;
    for (float score : scores) {
      sum += score;
      largest = Math.max(largest, score);
      isPositive &= score >= 0;
    }
    if (isPositive && Math.abs(sum - 1) < 0.02) {
      return scores;
    }
    double total = 0;
    float[] probabilities = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = (float) Math.exp(scores[i] - largest);
      total += probabilities[i];
    }
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] /= (float) total;
    }
    return probabilities;
  }

  private static double divergence(float[] p, float[] q) {
    if (q.length == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      if (p[i] > 0) {
        sum += p[i] * Math.log(p[i] / Math.max(q[i], 1e-9));
      }
    }
    return Math.max(0, sum);
  }

  /**
   * Wilson's interval. Inputs of one image are not independent: their number is reduced until the
   * spread between images fits.
   */
  private static double[] interval(Map<Integer, int[]> byImage, int same, int inputs) {
    if (inputs == 0) {
      return new double[] {0, 1};
    }
    double share = (double) same / inputs;
    double spread = 0;
    for (int[] counts : byImage.values()) {
      double residue = counts[1] - share * counts[0];
      spread += residue * residue;
    }
    double variance = spread / ((double) inputs * inputs);
    double independent =
        variance > 0
            ? Math.min(inputs, Math.max(byImage.size(), share * (1 - share) / variance))
            : byImage.size();
    double z = DEVIATIONS * DEVIATIONS / independent;
    double middle = (share + z / 2) / (1 + z);
    double half =
        DEVIATIONS * Math.sqrt(share * (1 - share) / independent + z / (4 * independent)) / (1 + z);
    return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
  }
}
