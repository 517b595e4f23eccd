package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.util.Collections;
import java.util.Map;

/** The manifest keys that define how images are preprocessed. */
final class PreprocessingKeys {

  private PreprocessingKeys() {}

  /**
   * Rejects a model that takes pixels if the manifest has no preprocessing key: any guess would
   * give scores, and most would be wrong. A named translator has known defaults.
   *
   * @param size the known part of the size, as keys; empty when unknown
   */
  static void require(ModelManifest manifest, String size) throws ModelLoadException {
    Map<String, String> arguments = manifest.arguments();
    if (Collections.disjoint(arguments.keySet(), Preprocessing.KEYS)
        && !arguments.containsKey("translatorFactory")
        && !arguments.containsKey("application")) {
      throw new ModelLoadException(
          ("its input is pixels, and %s does not say how to preprocess images: set what it was"
                  + " trained with, %s; normalize=true|MEANS,DEVIATIONS or toTensor=false;"
                  + " resize=true or resizeShort=N with centerCrop=true; channelOrder=RGB|BGR;"
                  + " layout=NHWC|NCHW")
              .formatted(ModelManifest.FILE, size.isEmpty() ? "width=N, height=N" : size));
    }
  }

  /**
   * @throws ModelLoadException naming every invalid key
   */
  static Preprocessing read(Map<String, String> arguments) throws ModelLoadException {
    try {
      return Preprocessing.from(arguments);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(ModelManifest.FILE + ": " + e.getMessage(), e);
    }
  }
}
