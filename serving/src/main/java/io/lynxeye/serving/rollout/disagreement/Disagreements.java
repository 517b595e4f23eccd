package io.lynxeye.serving.rollout.disagreement;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The inputs on which two versions disagree most: both are sure, of different classes. Each input
 * is listed once. Immutable.
 *
 * @param all at most {@link #MAX}, the surest first; of equally sure ones, the oldest
 */
public record Disagreements(List<Disagreement> all) {

  /** Inputs that are listed. */
  public static final int MAX = 12;

  /** Of all images together, in bytes; those that exceed it are listed without their image. */
  public static final int MAX_IMAGE_BYTES = 16 << 20;

  /** Nothing was compared yet. */
  public static final Disagreements NONE = new Disagreements(List.of());

  private static final Comparator<Disagreement> SUREST =
      Comparator.comparingDouble(Disagreement::weight).reversed();

  public Disagreements {
    all = List.copyOf(all);
  }

  /**
   * With one more comparison, if its versions disagree more than on the listed inputs.
   *
   * @param keepsImage whether the image itself is kept, not only its digest
   */
  public Disagreements plus(
      ModelInput input, Comparison comparison, Instant at, boolean keepsImage) {
    Optional<TopClass> candidate = comparison.candidate();
    if (candidate.isEmpty() || candidate.get().label().equals(comparison.serving().label())) {
      return this;
    }
    Disagreement one =
        new Disagreement("", at, comparison.serving(), candidate.get(), Optional.empty());
    if (all.size() == MAX && SUREST.compare(one, all.get(MAX - 1)) >= 0) {
      return this; // Without its digest, which takes a while for a large image.
    }
    Optional<byte[]> image =
        keepsImage && input instanceof ModelInput.Image file
            ? Optional.of(file.bytes())
            : Optional.empty();
    return plus(new Disagreement(InputDigest.of(input), at, one.serving(), one.candidate(), image));
  }

  private Disagreements plus(Disagreement one) {
    if (all.stream().anyMatch(known -> known.digest().equals(one.digest()))) {
      return this;
    }
    List<Disagreement> next = new ArrayList<>(all);
    next.add(one);
    next.sort(SUREST);
    return new Disagreements(bounded(next.subList(0, Math.min(MAX, next.size()))));
  }

  /** Without the images that do not fit; the first ones matter most. */
  private static List<Disagreement> bounded(List<Disagreement> all) {
    List<Disagreement> bounded = new ArrayList<>();
    long bytes = 0;
    for (Disagreement one : all) {
      boolean fits = bytes + one.imageBytes() <= MAX_IMAGE_BYTES;
      bounded.add(fits ? one : one.withoutImage());
      bytes += fits ? one.imageBytes() : 0;
    }
    return bounded;
  }

  /**
   * The image with a digest.
   *
   * @param digest all of it, or at least its first 12 digits
   */
  public Optional<byte[]> image(String digest) {
    return all.stream()
        .filter(one -> digest.length() >= 12 && one.digest().startsWith(digest))
        .flatMap(one -> one.image().stream())
        .findFirst();
  }
}
