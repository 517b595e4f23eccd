package io.lynxeye.translators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.nio.BufferOverflowException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JPEGs and ratios for which the scaled decoder is used; the model input stays the same. */
class ScaledDecodingTest {

  private static final ImagePreprocessor CROP =
      preprocessor(
          Map.of(
              "resizeShort", 40, "centerCrop", true, "width", 32, "height", 24, "toTensor", false));

  private final FakeScaledDecoder scaled = new FakeScaledDecoder();
  private final ImageDecoder decoder =
      new ImageDecoder(DecodeLimits.defaults(), Optional.of(scaled));

  private static ImagePreprocessor preprocessor(Map<String, ?> arguments) {
    return new ImagePreprocessor(Preprocessing.from(arguments));
  }

  private static float[] sample(ImageDecoder decoder, byte[] file, ImagePreprocessor preprocessor)
      throws InvalidImageException {
    FloatBuffer sample = FloatBuffer.allocate(preprocessor.sampleFloats());
    decoder.decode(file, preprocessor, sample);
    assertThat(sample.hasRemaining()).isFalse();
    return sample.array();
  }

  private static float[] reference(byte[] file, ImagePreprocessor preprocessor)
      throws InvalidImageException {
    return preprocessor.preprocess(new ImageDecoder(DecodeLimits.defaults()).decode(file));
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    assertThat(worst).isLessThanOrEqualTo(tolerance);
  }

  /** Both sides must keep at least twice as many pixels as the resized image has. */
  @ParameterizedTest
  @CsvSource({
    "100, 100, 1",
    "159, 300, 1",
    "160, 160, 2",
    "300, 319, 2",
    "320, 320, 4",
    "641, 640, 8",
    "1300, 1300, 8"
  })
  void theLargestSufficientRatioIsChosen(int width, int height, int ratio) throws Exception {
    decoder.decode(
        TestImages.jpeg(TestImages.gradient(width, height)),
        CROP,
        FloatBuffer.allocate(CROP.sampleFloats()));

    assertThat(scaled.ratios).containsExactly(ratio);
    assertThat(scaled.open).isZero();
  }

  @Test
  void bothSidesCountAndRotatedImagesAreMeasuredAsDisplayed() throws Exception {
    ImagePreprocessor wide = preprocessor(Map.of("width", 80, "height", 20, "toTensor", false));
    byte[] upright = TestImages.jpeg(TestImages.gradient(160, 160));
    byte[] lying = TestImages.jpeg(TestImages.gradient(80, 320));
    byte[] turned = TestImages.insert(lying, 2, TestImages.exifSegment(6, true));

    sample(decoder, upright, wide);
    sample(decoder, lying, wide);
    sample(decoder, turned, wide);

    assertThat(scaled.ratios).containsExactly(1, 1, 2);
  }

  @ParameterizedTest
  @CsvSource({"160, 160", "337, 321", "641, 655", "649, 901", "90, 50"})
  void theModelInputStaysTheSameAtAnySize(int width, int height) throws Exception {
    byte[] jpeg = TestImages.jpeg(TestImages.gradient(width, height));

    assertClose(sample(decoder, jpeg, CROP), reference(jpeg, CROP), 1.5);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
  void theModelInputStaysTheSameInEveryOrientation(int orientation) throws Exception {
    byte[] stored = TestImages.jpeg(TestImages.gradient(333, 501));
    byte[] jpeg = TestImages.insert(stored, 2, TestImages.exifSegment(orientation, false));

    assertClose(sample(decoder, jpeg, CROP), reference(jpeg, CROP), 1.5);
    assertThat(scaled.ratios).containsExactly(4);
  }

  @Test
  void grayAndProgressiveUseTheScaledDecoderToo() throws Exception {
    BufferedImage gray =
        TestImages.buffered(TestImages.grayGradient(330, 330), BufferedImage.TYPE_BYTE_GRAY);
    byte[] grayJpeg = TestImages.encode("jpeg", gray, TestImages::highQuality);
    byte[] progressive = TestImages.progressiveJpeg(TestImages.gradient(330, 330));

    assertClose(sample(decoder, grayJpeg, CROP), reference(grayJpeg, CROP), 1.5);
    assertClose(sample(decoder, progressive, CROP), reference(progressive, CROP), 1.5);
    assertThat(scaled.ratios).containsExactly(4, 4);
  }

  @Test
  void cmykAndOtherFormatsDoNotUseTheScaledDecoder() throws Exception {
    byte[] ink =
        TestImages.encodeRaster(
            Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 330, 330, 4, null));
    byte[] png = TestImages.png(TestImages.pattern(90, 90));

    assertThat(sample(decoder, ink, CROP)).isEqualTo(reference(ink, CROP));
    assertThat(sample(decoder, png, CROP)).isEqualTo(reference(png, CROP));
    assertThat(scaled.ratios).isEmpty();
  }

  @Test
  void theJdkDecodesWhatTheScaledDecoderDeclines() throws Exception {
    scaled.inDoubt = true;
    byte[] jpeg = TestImages.jpeg(TestImages.gradient(330, 330));
    byte[] damaged = jpeg.clone();
    Arrays.fill(damaged, jpeg.length / 2, jpeg.length - 2, (byte) 0);

    assertThat(sample(decoder, jpeg, CROP)).isEqualTo(reference(jpeg, CROP));
    assertRefused(decoder, damaged, Reason.CORRUPT);
    assertThat(scaled.ratios).hasSize(2);
  }

  @Test
  void aFileWithoutItsEndMarkerIsDecodedIfItHasAllPixels() throws Exception {
    byte[] jpeg = TestImages.jpeg(TestImages.gradient(330, 330));

    assertThat(sample(decoder, Arrays.copyOf(jpeg, jpeg.length - 2), CROP))
        .isEqualTo(sample(decoder, jpeg, CROP));
    assertRefused(decoder, Arrays.copyOf(jpeg, jpeg.length * 3 / 4), Reason.TRUNCATED);
  }

  @Test
  void aFileWithoutItsLastScansIsRefusedBeforeAnyDecoding() {
    byte[] jpeg = TestImages.progressiveJpeg(TestImages.gradient(330, 330));

    assertRefused(decoder, Arrays.copyOf(jpeg, jpeg.length / 2), Reason.TRUNCATED);
    assertThat(scaled.ratios).isEmpty();
  }

  /** 1,000 x 1,000 pixels are 3 MB at full size. */
  @Test
  void onlyTheDecodedPixelsAreReserved() throws Exception {
    byte[] jpeg = TestImages.jpeg(TestImages.gradient(1000, 1000));
    byte[] progressive = TestImages.progressiveJpeg(TestImages.gradient(1000, 1000));
    DecodeLimits tight = new DecodeLimits(1_000_000, 300_000);
    ImageDecoder both = new ImageDecoder(tight, Optional.of(scaled));

    sample(both, jpeg, CROP);

    assertThat(scaled.ratios).containsExactly(8);
    assertRefused(new ImageDecoder(tight), jpeg, Reason.TOO_MUCH_MEMORY);
    assertRefused(both, progressive, Reason.TOO_MUCH_MEMORY);
    scaled.inDoubt = true;
    assertRefused(both, jpeg, Reason.CORRUPT);
  }

  @Test
  void memoryIsReturnedAfterEveryFailure() throws Exception {
    byte[] jpeg = TestImages.jpeg(TestImages.gradient(640, 640));
    ImageDecoder tight =
        new ImageDecoder(new DecodeLimits(1_000_000, 120_000), Optional.of(scaled));
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> tight.decode(jpeg, CROP, FloatBuffer.allocate(10)))
          .isInstanceOf(BufferOverflowException.class);
    }

    assertThat(scaled.open).isZero();
    assertThat(sample(tight, jpeg, CROP)).isNotEmpty();
  }

  private static void assertRefused(ImageDecoder decoder, byte[] file, Reason reason) {
    FloatBuffer sample = FloatBuffer.allocate(CROP.sampleFloats());
    assertThatThrownBy(() -> decoder.decode(file, CROP, sample))
        .isInstanceOfSatisfying(
            InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    assertThat(sample.position()).isZero();
  }
}
