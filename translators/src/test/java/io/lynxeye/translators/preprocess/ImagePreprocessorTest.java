package io.lynxeye.translators.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.image.RgbImage;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The expected values are Pillow 9.4's: {@code Image.resize((w, h), Image.BILINEAR)} and, with
 * resizeShort, torchvision's centre crop. Given are the pixels at (0, 0), (w-1, 0), (w/2, h/2),
 * (w/3, h-1), (w-1, h-1), (w/5, h/4), and the mean of all samples.
 */
class ImagePreprocessorTest {

  private static final String RESNET50 =
      "resizeShort=256;centerCrop=true;toTensor=false;channelOrder=BGR;"
          + "normalize=123.68,116.779,103.939,1,1,1";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          64 | 48 | resize=16,12 | 16 | 12 | 37,54,70 97,127,117 131,134,133 139,116,122 113,128,95 127,128,135 | 127.651
          100 | 75 | resize=33,21 | 33 | 21 | 23,37,50 118,127,115 130,118,124 119,132,135 125,117,133 143,130,129 | 127.532
          16 | 12 | resize=64,48 | 64 | 48 | 0,0,0 163,163,163 80,127,209 32,131,37 58,44,30 54,79,104 | 119.989
          7 | 5 | resize=19,23 | 19 | 23 | 0,0,0 108,108,108 53,73,93 54,90,125 184,236,32 8,14,19 | 82.539
          50 | 40 | resize=50,10 | 50 | 10 | 13,27,40 142,102,171 101,157,125 167,143,164 128,103,124 77,134,112 | 128.012
          50 | 40 | resize=75,40 | 75 | 40 | 0,0,0 35,35,35 106,96,214 202,94,243 34,170,50 88,213,126 | 127.750
          40 | 30 | resize=40,30 | 40 | 30 | 0,0,0 211,211,211 113,6,155 184,252,64 116,170,224 97,202,51 | 127.181
          1 | 1 | resize=8,6 | 8 | 6 | 0,0,0 0,0,0 0,0,0 0,0,0 0,0,0 0,0,0 | 0.000
          1 | 3000 | resize=8,6 | 8 | 6 | 127,127,127 127,127,127 128,127,128 128,127,128 128,127,128 127,127,127 | 127.333
          3000 | 1 | resize=8,6 | 8 | 6 | 120,120,120 121,121,121 121,121,121 121,121,121 121,121,121 121,121,121 | 120.625
          333 | 217 | resize=32,32 | 32 | 32 | 106,117,125 127,127,129 127,127,128 124,135,127 128,125,122 123,126,130 | 127.607
          13 | 200 | resize=60,20 | 60 | 20 | 38,76,109 123,121,127 127,125,120 135,137,136 125,141,132 109,124,127 | 127.055
          1280 | 960 | resize=224,224 | 224 | 224 | 62,79,94 55,61,68 131,121,135 132,118,133 125,148,139 132,119,132 | 127.643
          100 | 75 | resizeShort=40 | 32 | 32 | 134,109,135 119,54,134 118,94,104 143,139,130 152,121,88 126,165,131 | 127.396
          75 | 100 | resizeShort=40 | 32 | 32 | 119,132,131 130,152,70 123,174,96 130,132,116 133,122,164 109,154,103 | 127.792
          61 | 61 | resizeShort=33 | 32 | 30 | 36,67,98 155,132,167 178,119,139 104,97,135 120,106,134 135,102,131 | 127.822
          30 | 20 | resizeShort=48 | 32 | 32 | 8,55,100 187,26,111 106,190,145 130,178,35 61,241,175 119,113,173 | 128.468
          1 | 3000 | resizeShort=16 | 16 | 12 | 214,212,210 214,212,210 121,121,122 43,46,49 43,46,49 167,167,166 | 129.000
          3000 | 1 | resizeShort=16 | 16 | 12 | 12,12,12 47,47,47 31,31,31 24,24,24 47,47,47 19,19,19 | 29.500
          500 | 375 | resizeShort=256 | 224 | 224 | 116,153,126 132,103,111 154,119,85 114,143,187 143,102,88 153,158,148 | 127.650
          37 | 50 | resizeShort=37 | 36 | 36 | 49,98,147 118,156,194 255,112,225 198,228,2 253,225,197 227,195,163 | 128.046
          """)
  void resizesLikePillow(
      int width, int height, String resize, int toWidth, int toHeight, String pixels, double mean) {
    Map<String, String> arguments = new HashMap<>(PreprocessingTest.arguments(resize));
    arguments.put("centerCrop", Boolean.toString(resize.startsWith("resizeShort")));
    arguments.put("width", Integer.toString(toWidth));
    arguments.put("height", Integer.toString(toHeight));
    arguments.put("toTensor", "false");

    float[] sample = preprocess(TestImages.pattern(width, height), arguments);

    assertMatches(sample, toWidth, toHeight, pixels, mean, 1);
  }

  /** Decoders may differ by a level or two. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lynx | 75,97,92 109,113,114 179,138,100 103,90,81 224,231,239 125,140,141 | 126.748
          wall_clock | 177,100,77 149,82,65 224,221,211 140,75,52 97,57,43 131,73,56 | 124.677
          balloon | 74,134,207 217,229,244 171,33,30 60,94,49 71,107,59 112,138,165 | 156.775
          """)
  void preprocessesPhotosLikeTorchvision(String name, String pixels, double mean) throws Exception {
    byte[] jpeg = Files.readAllBytes(Path.of("../samples/" + name + ".jpg"));
    RgbImage image = new ImageDecoder(DecodeLimits.defaults()).decode(jpeg);
    Map<String, String> arguments =
        Map.of("resizeShort", "256", "centerCrop", "true", "toTensor", "false");

    assertMatches(preprocess(image, arguments), 224, 224, pixels, mean, 3);
  }

  private static void assertMatches(
      float[] sample, int width, int height, String pixels, double mean, float tolerance) {
    int[] columns = {0, width - 1, width / 2, width / 3, width - 1, width / 5};
    int[] rows = {0, 0, height / 2, height - 1, height - 1, height / 4};
    String[] expected = pixels.split(" ", -1);
    for (int i = 0; i < expected.length; i++) {
      String[] rgb = expected[i].split(",", -1);
      for (int c = 0; c < 3; c++) {
        assertThat(sample[3 * (rows[i] * width + columns[i]) + c])
            .as("pixel %d, channel %d", i, c)
            .isCloseTo(Float.parseFloat(rgb[c]), Offset.offset(tolerance));
      }
    }
    double sum = 0;
    for (float value : sample) {
      sum += value;
    }
    assertThat(sum / sample.length).isCloseTo(mean, Offset.offset(0.5));
  }

  @Test
  void anImageOfTheTargetSizeKeepsItsExactValues() {
    RgbImage image = TestImages.pattern(40, 30);
    float[] expected = new float[3 * 40 * 30];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = image.rgb()[i] & 0xff;
    }

    float[] sample = preprocess(image, Map.of("width", 40, "height", 30, "toTensor", false));

    assertThat(sample).containsExactly(expected);
  }

  @Test
  void anEvenAreaKeepsItsLevel() {
    byte[] white = new byte[3 * 123 * 77];
    java.util.Arrays.fill(white, (byte) 255);

    float[] sample = preprocess(new RgbImage(123, 77, white), Map.of("width", 50, "height", 60));

    for (float value : sample) {
      assertThat(value).isCloseTo(1, Offset.offset(1e-6f));
    }
  }

  @Test
  void normalisesThenOrdersChannels() {
    RgbImage pixel = new RgbImage(1, 1, new byte[] {10, 20, 30});

    float[] sample = preprocess(pixel, PreprocessingTest.arguments(RESNET50));

    assertThat(sample).startsWith(30 - 103.939f, 20 - 116.779f, 10 - 123.68f);
  }

  @Test
  void planarLayoutHasOnePlanePerChannel() {
    RgbImage image = new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
    Map<String, ?> rgb = Map.of("width", 2, "height", 1, "toTensor", false, "layout", "NCHW");
    Map<String, Object> bgr = new HashMap<>(rgb);
    bgr.put("channelOrder", "BGR");

    assertThat(preprocess(image, rgb)).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(preprocess(image, bgr)).containsExactly(3, 6, 2, 5, 1, 4);
  }

  @Test
  void aCropBeyondTheImageIsBlack() {
    RgbImage image = new RgbImage(1, 1, new byte[] {9, 9, 9});
    Map<String, ?> arguments =
        Map.of("width", 3, "height", 3, "toTensor", false, "centerFit", true);

    float[] sample = preprocess(image, arguments);

    for (int i = 0; i < sample.length; i++) {
      assertThat(sample[i]).isEqualTo(i / 3 == 4 ? 9 : 0);
    }
  }

  @Test
  void writesAtThePositionAndAdvancesIt() {
    ImagePreprocessor preprocessor =
        new ImagePreprocessor(Preprocessing.from(Map.of("width", 2, "height", 1)));
    RgbImage white = new RgbImage(1, 1, new byte[] {-1, -1, -1});
    FloatBuffer out =
        ByteBuffer.allocateDirect(4 * 14).order(ByteOrder.nativeOrder()).asFloatBuffer();
    out.position(1);

    preprocessor.preprocess(white, out);
    preprocessor.preprocess(white, out);

    assertThat(out.position()).isEqualTo(13);
    assertThat(out.get(0)).isZero();
    assertThat(out.get(1)).isEqualTo(1);
    assertThat(out.get(12)).isEqualTo(1);
    assertThat(out.get(13)).isZero();
    assertThatThrownBy(() -> preprocessor.preprocess(white, out))
        .isInstanceOf(BufferOverflowException.class);
  }

  private static float[] preprocess(RgbImage image, Map<String, ?> arguments) {
    Preprocessing preprocessing = Preprocessing.from(arguments);
    float[] sample = new float[preprocessing.sampleFloats()];
    new ImagePreprocessor(preprocessing).preprocess(image, FloatBuffer.wrap(sample));
    return sample;
  }
}
