package io.lynxeye.serving.tuning;

import io.lynxeye.serving.manifest.Precision;

/**
 * A precision that a model can run in.
 *
 * @param precision any but {@code AUTO}
 * @param reason why it is used, or may be used, for users; empty = if it passes the check on the
 *     sample images
 * @param modelBytes the size of the model's files in this precision
 * @param isOnGpu whether the model runs on a GPU
 */
public record PrecisionOption(
    Precision precision, String reason, long modelBytes, boolean isOnGpu) {

  boolean needsCheck() {
    return reason.isEmpty();
  }

  /** The same precision, used for another reason. */
  public PrecisionOption because(String why) {
    return new PrecisionOption(precision, why, modelBytes, isOnGpu);
  }

  /** The precision and its reason, as shown to users. */
  public String text() {
    return precision + ": " + reason;
  }
}
