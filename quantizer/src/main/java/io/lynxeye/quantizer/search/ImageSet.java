package io.lynxeye.quantizer.search;

import io.lynxeye.serving.engine.PreparedInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs of a model, several of which may come from one image. They are prepared by the float32
 * model, and scored by every variant.
 */
public final class ImageSet implements AutoCloseable {

  private final List<PreparedInput> inputs = new ArrayList<>();
  private final List<Integer> images = new ArrayList<>();

  /** The inputs; more may be added. */
  public List<PreparedInput> inputs() {
    return inputs;
  }

  /** The number of the image that each input comes from. */
  public List<Integer> images() {
    return images;
  }

  /** The number of images. */
  public int imageCount() {
    return (int) images.stream().distinct().count();
  }

  /**
   * Keeps every second input, every third, and so on, and releases the others.
   *
   * @param most inputs that are left
   */
  public void thin(int most) {
    int step = Math.max(1, (inputs.size() + most - 1) / most);
    List<PreparedInput> others = new ArrayList<>();
    for (int i = inputs.size() - 1; i >= 0; i--) {
      if (i % step != 0) {
        others.add(inputs.remove(i));
        images.remove(i);
      }
    }
    others.forEach(PreparedInput::release);
  }

  /** Releases the inputs. */
  @Override
  public void close() {
    inputs.forEach(PreparedInput::release);
    inputs.clear();
    images.clear();
  }
}
