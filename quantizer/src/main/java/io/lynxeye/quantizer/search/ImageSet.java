package io.lynxeye.quantizer.search;

import io.lynxeye.serving.engine.PreparedInput;
import java.util.List;

/**
 * Inputs of a model, several of which may come from one image.
 *
 * @param inputs prepared by the float32 model
 * @param images the number of the image that each comes from
 */
public record ImageSet(List<PreparedInput> inputs, List<Integer> images) {

  /** The number of images. */
  public int imageCount() {
    return (int) images.stream().distinct().count();
  }
}
