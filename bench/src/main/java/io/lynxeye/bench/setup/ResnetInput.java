package io.lynxeye.bench.setup;

import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.util.Map;

/** The preprocessing of ResNet50's manifest. */
public final class ResnetInput {

  private ResnetInput() {}

  /** Makes inputs of 224 x 224 x 3 floats. */
  public static ImagePreprocessor preprocessor() {
    return new ImagePreprocessor(
        Preprocessing.from(
            Map.of(
                "resizeShort", "256",
                "centerCrop", "true",
                "toTensor", "false",
                "normalize", "123.68,116.779,103.939,1,1,1",
                "channelOrder", "BGR")));
  }
}
