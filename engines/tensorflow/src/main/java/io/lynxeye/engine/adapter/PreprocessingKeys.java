package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The manifest keys that define how images are preprocessed. */
public final class PreprocessingKeys {

  private PreprocessingKeys() {}

  /**
   * Whether the manifest says how images become the input. A named translator has known defaults.
   * Without any key, a guess would give scores, and most would be wrong.
   */
  public static boolean areIn(ModelManifest manifest) {
    Map<String, String> arguments = manifest.arguments();
    return !Collections.disjoint(arguments.keySet(), Preprocessing.KEYS)
        || arguments.containsKey("translatorFactory")
        || arguments.containsKey("application");
  }

  /**
   * Why a model without these keys takes no images, and which keys to set.
   *
   * @param input the model's only input
   * @param rescales whether its graph scales pixels itself
   */
  public static String missing(TensorSpec input, boolean rescales) {
    List<Long> shape = input.shape().orElse(List.of());
    boolean isKnown = shape.size() == 4 && shape.get(1) > 0 && shape.get(2) > 0;
    if (input.shape().isEmpty()) {
      return "its input (%s) may be pixels, and %s does not say how to preprocess images: set width, height and what it was trained with, or send tensors"
          .formatted(input, ModelManifest.FILE);
    }
    return ("its input is pixels, and %s does not say how to preprocess images: set what it was"
            + " trained with, %s; %s;"
            + " resize=true or resizeShort=N with centerCrop=true; channelOrder=RGB|BGR;"
            + " layout=NHWC|NCHW")
        .formatted(
            ModelManifest.FILE,
            isKnown
                ? "width=%d, height=%d".formatted(shape.get(2), shape.get(1))
                : "width=N, height=N",
            rescales
                ? "toTensor=false, because its graph has a Rescaling layer for pixels of 0 to 255"
                : "normalize=true|MEANS,DEVIATIONS or toTensor=false");
  }

  /**
   * Reads the keys.
   *
   * @param layout the layout unless a key says otherwise
   * @param shape the input's shape, whose size is used unless a key says otherwise
   * @throws ModelLoadException naming every invalid key
   */
  static Preprocessing read(Map<String, String> arguments, String layout, List<Long> shape)
      throws ModelLoadException {
    Map<String, String> keys = new HashMap<>(arguments);
    keys.putIfAbsent("layout", layout);
    int height = keys.get("layout").trim().equals("NCHW") ? 2 : 1;
    if (shape.size() == 4 && shape.get(height) > 0 && shape.get(height + 1) > 0) {
      keys.putIfAbsent("height", Long.toString(shape.get(height)));
      keys.putIfAbsent("width", Long.toString(shape.get(height + 1)));
    }
    if (isGray(arguments)) {
      keys.remove("flag"); // The colours are mixed after the preprocessing.
    }
    try {
      return Preprocessing.from(keys);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(ModelManifest.FILE + ": " + e.getMessage(), e);
    }
  }

  /** Whether the model takes one channel. */
  static boolean isGray(Map<String, String> arguments) {
    return arguments.getOrDefault("flag", "").trim().equalsIgnoreCase("GRAYSCALE");
  }
}
