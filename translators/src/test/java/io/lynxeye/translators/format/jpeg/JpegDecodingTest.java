package io.lynxeye.translators.format.jpeg;

import static io.lynxeye.translators.TestImages.assertClose;
import static io.lynxeye.translators.TestImages.buffered;
import static io.lynxeye.translators.TestImages.gradient;
import static io.lynxeye.translators.TestImages.insert;
import static io.lynxeye.translators.TestImages.latin1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegDecodingTest {

  private static final int WIDTH = 61;
  private static final int HEIGHT = 47;
  private static final RgbImage GRADIENT = gradient(WIDTH, HEIGHT);

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @Test
  void baselineWithSubsampledColour() throws Exception {
    assertClose(decoder.decode(TestImages.jpeg(GRADIENT)), GRADIENT, 6);
  }

  @Test
  void progressive() throws Exception {
    byte[] jpeg = TestImages.progressiveJpeg(GRADIENT);

    assertThat(JpegImage.parse(jpeg).buffered()).isTrue();
    assertClose(decoder.decode(jpeg), GRADIENT, 6);
  }

  @Test
  void grayKeepsItsLevels() throws Exception {
    RgbImage gray = TestImages.grayGradient(WIDTH, HEIGHT);
    byte[] jpeg =
        TestImages.encode(
            "jpeg", buffered(gray, BufferedImage.TYPE_BYTE_GRAY), TestImages::highQuality);

    assertClose(decoder.decode(jpeg), gray, 3);
  }

  @Test
  void adobeTransformZeroMeansRgb() throws Exception {
    byte[] jpeg = insert(rgbComponents(), 2, adobe(0));

    assertClose(decoder.decode(jpeg), GRADIENT, 3);
  }

  @Test
  void adobeTransformOneMeansYcbcr() throws Exception {
    byte[] jpeg = insert(ycbcrComponents(), 2, adobe(1));

    assertClose(decoder.decode(jpeg), GRADIENT, 4);
  }

  @Test
  void componentsNamedRgbAreRgb() throws Exception {
    byte[] jpeg = rgbComponents();
    rename(jpeg, 0xc0, 9, 3, "RGB");
    rename(jpeg, 0xda, 4, 2, "RGB");

    assertClose(decoder.decode(jpeg), GRADIENT, 3);
  }

  @Test
  void componentsWithoutAnyHintAreYcbcrEvenWhenNotSubsampled() throws Exception {
    assertClose(decoder.decode(ycbcrComponents()), GRADIENT, 4);
  }

  @Test
  void jfifOverridesAnAdobeSegment() throws Exception {
    byte[] jfif = latin1("\u00ff\u00e0\0\u0010JFIF\0\1\1\0\0\1\0\1\0\0");
    byte[] jpeg = insert(insert(ycbcrComponents(), 2, adobe(0)), 2, jfif);

    assertClose(decoder.decode(jpeg), GRADIENT, 4);
  }

  @Test
  void cmykIsInkOnWhite() throws Exception {
    byte[] jpeg = TestImages.encodeRaster(cmyk());

    assertClose(decoder.decode(jpeg), halved(), 4);
    assertClose(decoder.decode(insert(jpeg, 2, adobe(0))), halved(), 4);
  }

  @Test
  void ycckIsInkOnWhite() throws Exception {
    WritableRaster raster = cmyk();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        // Luma and chroma are computed from light, the complement of the stored ink.
        int[] ink = raster.getPixel(x, y, (int[]) null);
        int[] ycc = ycc(255 - ink[0], 255 - ink[1], 255 - ink[2]);
        raster.setPixel(x, y, new int[] {ycc[0], ycc[1], ycc[2], ink[3]});
      }
    }

    byte[] jpeg = insert(TestImages.encodeRaster(raster), 2, adobe(2));

    assertClose(decoder.decode(jpeg), halved(), 6);
  }

  @Test
  void twoComponentsAreRefused() {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, 2, null);

    assertRefused(
        TestImages.encodeRaster(raster), Reason.UNSUPPORTED_FORMAT, "2 colour components");
  }

  @Test
  void unsupportedCodingsAreNamed() {
    byte[] arithmetic = TestImages.jpeg(GRADIENT);
    arithmetic[marker(arithmetic, 0xc0) + 1] = (byte) 0xc9;
    byte[] deep = TestImages.jpeg(GRADIENT);
    deep[marker(deep, 0xc0) + 4] = 12;

    byte[] ls = TestImages.jpeg(GRADIENT);
    ls[marker(ls, 0xc0) + 1] = (byte) 0xf7;

    assertRefused(arithmetic, Reason.UNSUPPORTED_FORMAT, "arithmetic-coded");
    assertRefused(ls, Reason.UNSUPPORTED_FORMAT, "JPEG-LS");
    assertRefused(deep, Reason.UNSUPPORTED_FORMAT, "12 bits");
  }

  @Test
  void metadataAndProfilesChangeNothing() throws Exception {
    byte[] plain = TestImages.jpeg(GRADIENT);
    byte[] decorated = insert(plain, 2, latin1("\u00ff\u00e2\0\u0010ICC_PROFILE\0\1\1"));
    decorated = insert(decorated, 2, latin1("\u00ff\u00fe\0\6hey!"));
    decorated = insert(decorated, 2, latin1("\u00ff\u00ff\u00e1\0\bExif\0\0"));

    assertThat(decoder.decode(decorated).rgb()).isEqualTo(decoder.decode(plain).rgb());
  }

  @Test
  void bytesBeforeAndAfterTheEndMarkerAreHarmless() throws Exception {
    byte[] plain = TestImages.jpeg(GRADIENT);
    byte[] padded = insert(plain, plain.length - 2, new byte[3]);
    padded = insert(padded, padded.length, latin1("appended"));

    assertThat(decoder.decode(padded).rgb()).isEqualTo(decoder.decode(plain).rgb());
  }

  /** Some phones write their own data in the place of the end marker. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u00ff",
        "SEFH: data of a phone",
        "\u00ff\u00d8\u00ff\u00e1\0\4ab",
        "\u00ff\u00e1\7"
      })
  void theEndMarkerMayBeMissingIfAllPixelsAreThere(String trailer) throws Exception {
    for (byte[] whole : List.of(TestImages.jpeg(GRADIENT), TestImages.progressiveJpeg(GRADIENT))) {
      byte[] file =
          insert(Arrays.copyOf(whole, whole.length - 2), whole.length - 2, latin1(trailer));

      assertThat(decoder.decode(file).rgb()).isEqualTo(decoder.decode(whole).rgb());
    }
  }

  @Test
  void withoutAnEndMarkerAMissingPixelIsCutOff() {
    byte[] jpeg = TestImages.jpeg(GRADIENT);

    for (int missing = 12; missing < 100; missing += 11) { // Bytes, the marker's two included.
      assertRefused(Arrays.copyOf(jpeg, jpeg.length - missing), Reason.TRUNCATED, "cut off");
    }
  }

  /** The last scan makes the coefficients exact: without it, pixels are there, but wrong. */
  @Test
  void withoutAnEndMarkerAMissingScanIsCutOff() {
    byte[] jpeg = TestImages.progressiveJpeg(GRADIENT);
    int lastScan = jpeg.length;
    while (jpeg[lastScan - 1] != (byte) 0xda || jpeg[lastScan - 2] != -1) {
      lastScan--;
    }

    assertRefused(Arrays.copyOf(jpeg, lastScan - 2), Reason.TRUNCATED, "cut off");
  }

  @Test
  void lostPixelsAreNeverReplacedByGray() {
    byte[] jpeg = TestImages.jpeg(GRADIENT);
    byte[] cutInside =
        insert(
            Arrays.copyOf(jpeg, jpeg.length * 3 / 4), jpeg.length * 3 / 4, latin1("\u00ff\u00d9"));

    assertRefused(cutInside, Reason.CORRUPT, "pixels");
  }

  @Test
  void thousandsOfScansAreRefusedBeforeDecoding() {
    byte[] jpeg = TestImages.progressiveJpeg(GRADIENT);
    int scan = marker(jpeg, 0xda);
    byte[] header = Arrays.copyOfRange(jpeg, scan, scan + 2 + jpeg[scan + 3]);
    for (int i = 0; i < 200; i++) {
      jpeg = insert(jpeg, scan, header);
    }

    assertRefused(jpeg, Reason.CORRUPT, "more than 100 scans");
  }

  @Test
  void contradictingHeadersAreRefused() {
    byte[] jpeg = TestImages.jpeg(GRADIENT);
    int frame = marker(jpeg, 0xc0);
    byte[] frameSegment = Arrays.copyOfRange(jpeg, frame, frame + 19);
    byte[] noHeight = jpeg.clone();
    noHeight[frame + 5] = 0;
    noHeight[frame + 6] = 0;
    byte[] shortFrame = jpeg.clone();
    shortFrame[frame + 3] = 14;
    byte[] noTables = latin1("\u00ff\u00d8\u00ff\u00da\0\2\u00ff\u00d9");
    byte[] noLength = insert(jpeg, 2, latin1("\u00ff\u00e5\0\1"));

    assertRefused(insert(jpeg, frame, frameSegment), Reason.CORRUPT, "two frames");
    assertRefused(noHeight, Reason.CORRUPT, "61 x 0 pixels");
    assertRefused(shortFrame, Reason.CORRUPT, "wrong length");
    assertRefused(noTables, Reason.CORRUPT, "before its frame header");
    assertRefused(noLength, Reason.CORRUPT, "no length");
    assertRefused(latin1("\u00ff\u00d8\u00ff\u00d9"), Reason.CORRUPT, "before any pixels");
    assertRefused(latin1("\u00ff\u00d8"), Reason.TRUNCATED, "cut off");
  }

  @Test
  void missingTablesAreRefusedWithoutInternals() {
    byte[] jpeg = TestImages.jpeg(GRADIENT);
    int tables = marker(jpeg, 0xdb);
    jpeg[tables + 1] = (byte) 0xe5;

    assertRefused(jpeg, Reason.CORRUPT, "cannot be decoded");
  }

  private void assertRefused(byte[] bytes, Reason reason, String message) {
    assertThatThrownBy(() -> decoder.decode(bytes))
        .isInstanceOfSatisfying(
            InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message)
        .hasNoCause();
  }

  private static byte[] adobe(int transform) {
    return latin1("\u00ff\u00ee\0\u000eAdobe\0d\0\0\0\0" + (char) transform);
  }

  private static int marker(byte[] jpeg, int code) {
    int at = 0;
    while (jpeg[at] != -1 || (jpeg[at + 1] & 0xff) != code) {
      at++;
    }
    return at;
  }

  private static void rename(byte[] jpeg, int code, int skipped, int step, String names) {
    int at = marker(jpeg, code) + 1 + skipped;
    for (int i = 0; i < names.length(); i++) {
      jpeg[at + step * i] = (byte) names.charAt(i);
    }
  }

  private static byte[] rgbComponents() {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, 3, null);
    raster.setDataElements(0, 0, WIDTH, HEIGHT, GRADIENT.rgb());
    return TestImages.encodeRaster(raster);
  }

  private static byte[] ycbcrComponents() {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, 3, null);
    byte[] rgb = GRADIENT.rgb();
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int[] ycc = ycc(rgb[3 * i] & 0xff, rgb[3 * i + 1] & 0xff, rgb[3 * i + 2] & 0xff);
      raster.setPixel(i % WIDTH, i / WIDTH, ycc);
    }
    return TestImages.encodeRaster(raster);
  }

  private static int[] ycc(int red, int green, int blue) {
    double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    return new int[] {
      (int) Math.round(luma),
      (int) Math.round((blue - luma) / 1.772 + 128),
      (int) Math.round((red - luma) / 1.402 + 128)
    };
  }

  /** Returns the gradient in inverted ink, with enough black to halve it. */
  private static WritableRaster cmyk() {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, 4, null);
    byte[] rgb = GRADIENT.rgb();
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int[] ink = {rgb[3 * i] & 0xff, rgb[3 * i + 1] & 0xff, rgb[3 * i + 2] & 0xff, 128};
      raster.setPixel(i % WIDTH, i / WIDTH, ink);
    }
    return raster;
  }

  private static RgbImage halved() {
    byte[] rgb = GRADIENT.rgb().clone();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (((rgb[i] & 0xff) * 128 + 127) / 255);
    }
    return new RgbImage(WIDTH, HEIGHT, rgb);
  }
}
