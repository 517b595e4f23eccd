package io.lynxeye.engine;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.postprocess.TopK;
import java.util.List;
import java.util.Optional;

/**
 * Checks whether a model stays accurate in a lower precision: scores the sample images both ways.
 * The best class of each image must stay the same, and no score may change by more than {@link
 * #BOUND}.
 */
final class PrecisionCheck {

  /**
   * Of 986 inputs to ResNet50 in bfloat16, the best class's probability changed by at most 0.032 in
   * 99 %, and by at most 0.056 in all.
   */
  static final float BOUND = 0.05f;

  private final List<byte[]> images;

  PrecisionCheck(List<byte[]> images) {
    this.images = List.copyOf(images);
  }

  /**
   * Scores the images with both models.
   *
   * @return why the lower precision is rejected; empty when it is accepted
   */
  Optional<String> objection(LoadedModel exact, LoadedModel lower) {
    try {
      for (int i = 0; i < images.size(); i++) {
        Optional<String> objection =
            compare(i + 1, score(exact, images.get(i)), score(lower, images.get(i)));
        if (objection.isPresent()) {
          return objection;
        }
      }
      return Optional.empty();
    } catch (InvalidInputException e) {
      return Optional.of("it does not take the sample images: " + e.getMessage());
    } catch (RuntimeException e) { // For example, scores that are not numbers.
      return Optional.of("it cannot be run: " + e.getMessage());
    } catch (NoScoresException e) {
      return Optional.of("its output has no scores to compare");
    }
  }

  private static Optional<String> compare(int image, float[] exact, float[] lower) {
    int best = TopK.indices(exact, 0, exact.length, 1)[0];
    if (TopK.indices(lower, 0, lower.length, 1)[0] != best) {
      return Optional.of("sample image %d would get another label".formatted(image));
    }
    float most = 0;
    for (int i = 0; i < exact.length; i++) {
      most = Math.max(most, Math.abs(exact[i] - lower[i]));
    }
    return most <= BOUND
        ? Optional.empty()
        : Optional.of(
            "a score of sample image %d would change by %.3f, more than %.2f"
                .formatted(image, most, BOUND));
  }

  private static float[] score(LoadedModel model, byte[] image)
      throws InvalidInputException, NoScoresException {
    PreparedInput sample = model.prepare(image);
    try {
      if (model.run(List.of(sample)).get(0) instanceof ModelOutput.Tensors tensors
          && tensors.scores().isPresent()) {
        return tensors.scores().get().values();
      }
    } finally {
      sample.release();
    }
    throw new NoScoresException();
  }

  private static final class NoScoresException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
