package io.lynxeye.serving.admission;

import java.util.OptionalInt;

/**
 * What a caller's key may use; an empty value is no limit.
 *
 * @param requestsPerSecond scoring requests; a burst may have as many as a second
 * @param imagesPerSecond images, or rows of tensors, in them
 * @param concurrent scoring requests at once
 */
public record KeyLimits(
    OptionalInt requestsPerSecond, OptionalInt imagesPerSecond, OptionalInt concurrent) {

  /** No limits. */
  public static final KeyLimits NONE =
      new KeyLimits(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  /** Whether nothing is limited. */
  public boolean isNone() {
    return equals(NONE);
  }
}
