package io.lynxeye.engine;

import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.translators.TopK;
import java.util.List;
import java.util.Optional;

/**
 * Whether a model bears a lower precision: sample pictures are scored both ways. The best class
 * must be the same for each, and no score may move by more than {@link #BOUND}.
 */
final class PrecisionCheck {

  /**
   * Of 986 inputs to ResNet50 in bfloat16, the best class's probability moved by 0.032 or less in
   * 99 %, and by 0.056 at most.
   */
  static final float BOUND = 0.05f;

  private final List<byte[]> pictures;

  PrecisionCheck(List<byte[]> pictures) {
    this.pictures = List.copyOf(pictures);
  }

  /**
   * Scores the pictures with both.
   *
   * @return why the lower precision will not do; empty when it will
   */
  Optional<String> objection(LoadedModel exact, LoadedModel lower) {
    try {
      for (int i = 0; i < pictures.size(); i++) {
        Optional<String> objection =
            compare(i + 1, score(exact, pictures.get(i)), score(lower, pictures.get(i)));
        if (objection.isPresent()) {
          return objection;
        }
      }
      return Optional.empty();
    } catch (InvalidInputException e) {
      return Optional.of("it does not take the sample pictures: " + e.getMessage());
    } catch (RuntimeException e) { // Scores that are no numbers, for one.
      return Optional.of("it cannot be run: " + e.getMessage());
    } catch (NoScoresException e) {
      return Optional.of("its output is no scores, which could be compared");
    }
  }

  private static Optional<String> compare(int picture, float[] exact, float[] lower) {
    int best = TopK.indices(exact, 0, exact.length, 1)[0];
    if (TopK.indices(lower, 0, lower.length, 1)[0] != best) {
      return Optional.of("sample picture %d would get another label".formatted(picture));
    }
    float most = 0;
    for (int i = 0; i < exact.length; i++) {
      most = Math.max(most, Math.abs(exact[i] - lower[i]));
    }
    return most <= BOUND
        ? Optional.empty()
        : Optional.of(
            "a score of sample picture %d would move by %.3f, more than %.2f"
                .formatted(picture, most, BOUND));
  }

  private static float[] score(LoadedModel model, byte[] picture)
      throws InvalidInputException, NoScoresException {
    Sample sample = model.prepare(picture);
    try {
      if (model.run(List.of(sample)).get(0) instanceof ModelOutput.Scores scores) {
        return scores.values();
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
