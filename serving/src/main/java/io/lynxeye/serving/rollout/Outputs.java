package io.lynxeye.serving.rollout;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Compares what two versions say of one input: class scores by the best class, anything else by
 * whether the outputs are the same.
 *
 * @param serving describes the version that serves
 * @param candidate describes the version on trial
 */
record Outputs(ModelDescription serving, ModelDescription candidate) {

  private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,8}");
  private static final String SAME = "same";
  private static final String OTHER = "other";

  /** Of the largest value of a tensor: precisions and devices differ by less. */
  private static final double TOLERANCE = 0.01;

  /** What both said. */
  Comparison compare(ModelOutput ofServing, ModelOutput ofCandidate, OptionalDouble ratio) {
    Optional<float[]> scores = scores(ofServing);
    Optional<float[]> others = scores(ofCandidate);
    if (scores.isPresent() && others.isPresent()) {
      return new Comparison(
          best(scores.get(), serving), Optional.of(best(others.get(), candidate)), ratio);
    }
    String label = isSame(ofServing, ofCandidate) ? SAME : OTHER;
    return new Comparison(new TopClass(SAME, 1), Optional.of(new TopClass(label, 1)), ratio);
  }

  /** The candidate failed on what the serving version has answered. */
  Comparison failed(ModelOutput ofServing) {
    TopClass answer =
        scores(ofServing).map(scores -> best(scores, serving)).orElse(new TopClass(SAME, 1));
    return new Comparison(answer, Optional.empty(), OptionalDouble.empty());
  }

  private static Optional<float[]> scores(ModelOutput output) {
    return output instanceof ModelOutput.Tensors tensors
        ? tensors.scores().map(ModelOutput.Scores::values).filter(values -> values.length > 0)
        : Optional.empty();
  }

  /** Scores that are no probabilities count as sure or not, and no more. */
  private TopClass best(float[] scores, ModelDescription version) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return new TopClass(
        haveLabels() ? version.label(best) : Integer.toString(best),
        Math.min(1, Math.max(0, scores[best])));
  }

  private boolean haveLabels() {
    return !serving.labels().isEmpty() && !candidate.labels().isEmpty();
  }

  /** Whether one of the versions can say this: a label, or an index where either has no labels. */
  boolean isLabel(String label) {
    return haveLabels()
        ? serving.labels().contains(label) || candidate.labels().contains(label)
        : INDEX.matcher(label).matches();
  }

  private static boolean isSame(ModelOutput one, ModelOutput other) {
    if (one instanceof ModelOutput.Tensors a && other instanceof ModelOutput.Tensors b) {
      return a.all().size() == b.all().size()
          && a.all().stream()
              .allMatch(
                  tensor ->
                      b.named(tensor.name()).filter(same -> isSame(tensor, same)).isPresent());
    }
    return one instanceof ModelOutput.Content a
        && other instanceof ModelOutput.Content b
        && Arrays.equals(a.body(), b.body());
  }

  private static boolean isSame(Tensor one, Tensor other) {
    if (one.type() != other.type() || !one.shape().equals(other.shape())) {
      return false;
    }
    if (one.type() == Datatype.BYTES) {
      List<byte[]> others = other.strings();
      for (int i = 0; i < others.size(); i++) {
        if (!Arrays.equals(one.strings().get(i), others.get(i))) {
          return false;
        }
      }
      return one.strings().size() == others.size();
    }
    return one.type().isFloat()
        ? isClose(one.floats(), other.floats())
        : one.data().equals(other.data());
  }

  /** Infinities, as of masked scores, and NaN are the same only as themselves. */
  private static boolean isClose(float[] one, float[] other) {
    double largest = 0;
    double apart = 0;
    for (int i = 0; i < one.length; i++) {
      if (Float.isFinite(one[i]) && Float.isFinite(other[i])) {
        largest = Math.max(largest, Math.abs(one[i]));
        apart = Math.max(apart, Math.abs((double) one[i] - other[i]));
      } else if (Float.compare(one[i], other[i]) != 0) {
        return false;
      }
    }
    return apart <= TOLERANCE * largest;
  }
}
