package io.lynxeye.bench.micro;

import io.lynxeye.translators.ImagePreprocessor;
import io.lynxeye.translators.Preprocessing;
import java.util.Map;

/** What ResNet50's manifest asks for. */
public final class ResnetInput {

  private ResnetInput() {}

  /** Makes samples of 224 x 224 x 3 floats. */
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
