package io.lynxeye.translators;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.translators.image.ExifOrientation;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.preprocess.DecodedImage;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import io.lynxeye.translators.preprocess.ResizeScratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotation while the input is written has the same result as rotation before the resize. */
class TurningTest {

  private static final Map<String, Map<String, ?>> SHAPES =
      Map.of(
          "shrunk", Map.of("width", 13, "height", 10),
          "enlarged", Map.of("width", 70, "height", 90),
          "odd crop", Map.of("resizeShort", 20, "centerCrop", true, "width", 15, "height", 18),
          "beyond the image", Map.of("centerFit", true, "width", 61, "height", 64));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void theModelInputIsTheSame(int orientation) {
    RgbImage stored = TestImages.pattern(40, 31);
    RgbImage shown = ExifOrientation.upright(stored, orientation);
    SHAPES.forEach(
        (name, shape) -> {
          for (String layout : new String[] {"NHWC", "NCHW"}) {
            Map<String, Object> arguments = new HashMap<>(shape);
            arguments.putAll(
                Map.of("layout", layout, "normalize", "1,2,3,4,5,6", "channelOrder", "BGR"));
            ImagePreprocessor preprocessor = new ImagePreprocessor(Preprocessing.from(arguments));
            float[] actual = turned(preprocessor, stored, orientation);
            float[] expected = preprocessor.preprocess(shown);
            double worst = 0;
            for (int i = 0; i < expected.length; i++) {
              worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
            }
            assertThat(worst).as("%s, %s", name, layout).isLessThan(1e-4);
          }
        });
  }

  private static float[] turned(ImagePreprocessor preprocessor, RgbImage stored, int orientation) {
    FloatBuffer direct =
        ByteBuffer.allocateDirect(4 * preprocessor.sampleFloats())
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    preprocessor.preprocess(
        new DecodedImage(stored, stored.width(), stored.height(), 1, orientation),
        new ResizeScratch(),
        direct);
    float[] sample = new float[preprocessor.sampleFloats()];
    direct.flip().get(sample);
    return sample;
  }
}
