package io.lynxeye.quantizer.search;

import java.util.Set;

/**
 * A variant of a model that was measured.
 *
 * @param realLayers the layers that stay in float32
 * @param agreement with the float32 model on the test inputs
 * @param imagesPerSecond its speed
 * @param exactPerSecond the float32 model's, measured in turns with it
 */
public record CurvePoint(
    Set<String> realLayers, Agreement agreement, double imagesPerSecond, double exactPerSecond) {

  /** How many times as fast as float32. */
  public double speedup() {
    return imagesPerSecond / exactPerSecond;
  }
}
