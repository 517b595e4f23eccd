package io.lynxeye.translators;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.Timeout;

/**
 * Any bytes are decoded to a complete model input or refused, within seconds. Every build replays
 * {@code ImageFuzzTestInputs}; {@code mvn test -Dfuzz} looks for more.
 */
class ImageFuzzTest {

  private static final ImagePreprocessor PREPROCESSOR =
      new ImagePreprocessor(
          Preprocessing.from(
              Map.of("resizeShort", "256", "centerCrop", "true", "toTensor", "false")));

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @Timeout(10)
  @FuzzTest(maxDuration = "10m")
  void decodesOrRefuses(byte[] input) {
    FloatBuffer values = FloatBuffer.allocate(PREPROCESSOR.sampleFloats());
    try {
      decoder.decode(input, PREPROCESSOR, values);
    } catch (InvalidImageException e) {
      if (values.position() != 0) {
        throw new IllegalStateException("refused after values were written", e);
      }
      return;
    }
    if (values.hasRemaining()) {
      throw new IllegalStateException("values are missing: " + values);
    }
  }
}
