package io.lynxeye.translators.format.tiff;

import static io.lynxeye.translators.TestImages.buffered;
import static io.lynxeye.translators.TestImages.latin1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.format.tiff.TiffImage.Color;
import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.image.TiffDirectory;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected values follow from the TIFF 6.0 specification; Pillow 12 has the same. */
class TiffDecodingTest {

  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final RgbImage PATTERN = TestImages.pattern(37, 23);

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  private static TiffFile file(String segment) {
    return new TiffFile(LITTLE, latin1(segment));
  }

  private int[] decode(TiffFile file) throws InvalidImageException {
    byte[] rgb = decoder.decode(file.bytes()).rgb();
    int[] values = new int[rgb.length];
    Arrays.setAll(values, i -> rgb[i] & 0xff);
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"None", "LZW", "Deflate", "ZLib", "PackBits"})
  void everyLosslessCompressionIsExact(String compression) throws Exception {
    assertThat(decoder.decode(TestImages.tiff(PATTERN, compression)).rgb())
        .isEqualTo(PATTERN.rgb());
  }

  @Test
  void jpegCompressionIsClose() throws Exception {
    RgbImage gradient = TestImages.gradient(61, 47);

    TestImages.assertClose(decoder.decode(TestImages.tiff(gradient, "JPEG")), gradient, 16);
  }

  /** The numbers of components only tell them apart; some scanners begin with 0. */
  @ParameterizedTest
  @CsvSource({"YCBCR, '200,200,200'", "RGB, '200,128,128'"})
  void theTagsSayWhatTheComponentsOfAJpegAre(Color color, String expected) throws Exception {
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 3, null);
    for (int i = 0; i < 64; i++) {
      raster.setPixel(i % 8, i / 8, new int[] {200, 128, 128});
    }
    byte[] jpeg = TestImages.encodeRaster(raster);
    for (int component = 0; component < 3; component++) {
      jpeg[indexOf(jpeg, 0xc0) + 10 + 3 * component] = (byte) component;
      jpeg[indexOf(jpeg, 0xda) + 5 + 2 * component] = (byte) component;
    }
    TiffFile file =
        new TiffFile(LITTLE, jpeg).image(8, 8, color, 8, 8, 8).set(TiffTag.COMPRESSION, 7);

    assertThat(Arrays.copyOf(decode(file), 3))
        .containsExactly(Arrays.stream(expected.split(",")).mapToInt(Integer::parseInt).toArray());
  }

  /** Position of the first segment with this marker. */
  private static int indexOf(byte[] jpeg, int marker) {
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != marker) {
      at += 2 + ((jpeg[at + 2] & 0xff) << 8 | (jpeg[at + 3] & 0xff));
    }
    return at;
  }

  @ParameterizedTest
  @ValueSource(strings = {"None", "CCITT RLE", "CCITT T.4", "CCITT T.6", "PackBits"})
  void oneBitOfAnyCompressionIsExact(String compression) throws Exception {
    BufferedImage image = new BufferedImage(19, 5, BufferedImage.TYPE_BYTE_BINARY);
    byte[] expected = new byte[3 * 19 * 5];
    for (int i = 0; i < 19 * 5; i += 3) {
      image.getRaster().setSample(i % 19, i / 19, 0, 1);
      Arrays.fill(expected, 3 * i, 3 * i + 3, (byte) 255);
    }

    assertThat(decoder.decode(TestImages.tiff(image, compression)).rgb()).isEqualTo(expected);
  }

  @Test
  void grayKeepsItsLevels() throws Exception {
    RgbImage gray = TestImages.grayGradient(37, 23);

    assertThat(
            decoder
                .decode(TestImages.tiff(buffered(gray, BufferedImage.TYPE_BYTE_GRAY), "LZW"))
                .rgb())
        .isEqualTo(gray.rgb());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofSixteenBitsTheHighByteIsUsed(boolean little) throws Exception {
    ByteOrder order = little ? LITTLE : ByteOrder.BIG_ENDIAN;
    byte[] rgb = latin1(little ? "\u00ff\1\0\2\u00ff\u00fe" : "\1\u00ff\2\0\u00fe\u00ff");

    assertThat(decode(new TiffFile(order, rgb).image(1, 1, Color.RGB, 16, 16, 16)))
        .containsExactly(1, 2, 254);
    assertThat(decode(new TiffFile(order, rgb).image(3, 1, Color.BLACK_IS_ZERO, 16)))
        .containsExactly(1, 1, 1, 2, 2, 2, 254, 254, 254);
  }

  @Test
  void minimumIsWhiteIsInverted() throws Exception {
    assertThat(decode(file("\0\1\u00ff").image(3, 1, Color.WHITE_IS_ZERO, 8)))
        .containsExactly(255, 255, 255, 254, 254, 254, 0, 0, 0);
    assertThat(decode(file("\u0080").image(2, 1, Color.WHITE_IS_ZERO, 1)))
        .containsExactly(0, 0, 0, 255, 255, 255);
    assertThat(decode(file("\0\0\u00ff\u00fe").image(2, 1, Color.WHITE_IS_ZERO, 16)))
        .containsExactly(255, 255, 255, 1, 1, 1);
  }

  @Test
  void fewerBitsFillTheRange() throws Exception {
    assertThat(decode(file("\33").image(4, 1, Color.BLACK_IS_ZERO, 2)))
        .containsExactly(0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255);
    assertThat(decode(file("\u00f1").image(2, 1, Color.BLACK_IS_ZERO, 4)))
        .containsExactly(255, 255, 255, 17, 17, 17);
  }

  @Test
  void paletteEntriesHaveSixteenBits() throws Exception {
    int[] map = new int[3 << 8];
    map[5] = 0x0a00;
    map[256 + 5] = 0x1400;
    map[512 + 5] = 0x1e00;

    assertThat(decode(file("\5\0").image(2, 1, Color.PALETTE, 8).set(TiffTag.COLOR_MAP, map)))
        .containsExactly(10, 20, 30, 0, 0, 0);
  }

  @Test
  void cmykIsInkOnWhite() throws Exception {
    // (255 - ink) * (255 - black) / 255
    assertThat(decode(file("\0\u00ff\u0080\63").image(1, 1, Color.CMYK, 8, 8, 8, 8)))
        .containsExactly(204, 0, 102);
  }

  @ParameterizedTest
  @CsvSource({"2, '224,204,244'", "1, '255,204,255'", "0, '100,0,200'"})
  void alphaIsCompositedOnWhiteUnlessItHasAnotherMeaning(int kind, String expected)
      throws Exception {
    int[] pixel =
        decode(
            file("\144\0\u00c8\63")
                .image(1, 1, Color.RGB, 8, 8, 8, 8)
                .set(TiffTag.EXTRA_SAMPLES, kind));

    assertThat(pixel)
        .containsExactly(Arrays.stream(expected.split(",")).mapToInt(Integer::parseInt).toArray());
  }

  @Test
  void grayMayHaveAlpha() throws Exception {
    assertThat(
            decode(
                file("\144\u00ff\144\0")
                    .image(2, 1, Color.BLACK_IS_ZERO, 8, 8)
                    .set(TiffTag.EXTRA_SAMPLES, 2)))
        .containsExactly(100, 100, 100, 255, 255, 255);
  }

  @Test
  void stripsAndTilesArePutTogether() throws Exception {
    byte[] left = latin1("\1\2\3\4");
    byte[] right = latin1("\5\6\7\b");

    assertThat(
            decode(
                new TiffFile(LITTLE, left, right).image(3, 2, Color.BLACK_IS_ZERO, 8).tiles(2, 2)))
        .containsExactly(1, 1, 1, 2, 2, 2, 5, 5, 5, 3, 3, 3, 4, 4, 4, 7, 7, 7);
    assertThat(
            decode(
                new TiffFile(LITTLE, latin1("\1\2"), latin1("\3"))
                    .image(1, 3, Color.BLACK_IS_ZERO, 8)
                    .set(TiffTag.ROWS_PER_STRIP, 2)))
        .containsExactly(1, 1, 1, 2, 2, 2, 3, 3, 3);
  }

  @Test
  void samplesMayBeInPlanes() throws Exception {
    assertThat(
            decode(
                new TiffFile(LITTLE, latin1("\1\2"), latin1("\3\4"), latin1("\5\6"))
                    .image(2, 1, Color.RGB, 8, 8, 8)
                    .set(TiffTag.PLANAR_CONFIGURATION, 2)))
        .containsExactly(1, 3, 5, 2, 4, 6);
  }

  @Test
  void planesNeedNoLengthsButAllTheirPixels() throws Exception {
    TiffFile planes =
        new TiffFile(LITTLE, latin1("\1\2"), latin1("\3\4"), latin1("\5\6"))
            .image(2, 1, Color.RGB, 8, 8, 8)
            .set(TiffTag.PLANAR_CONFIGURATION, 2);

    assertRefused(planes.set(TiffTag.STRIP_BYTE_COUNTS, 2, 1, 2), Reason.CORRUPT, "fewer pixels");
    assertThat(decode(planes.set(TiffTag.STRIP_BYTE_COUNTS))).containsExactly(1, 3, 5, 2, 4, 6);
  }

  /** TIFF 6.0 defines it for LZW; libtiff applies it to deflate, too, and to nothing else. */
  @Test
  void aPredictorOfAnotherCompressionIsIgnored() throws Exception {
    assertThat(
            decode(
                file("\1\12\1")
                    .image(2, 1, Color.BLACK_IS_ZERO, 8)
                    .set(TiffTag.COMPRESSION, 32_773)
                    .set(TiffTag.PREDICTOR, 2)))
        .containsExactly(10, 10, 10, 1, 1, 1);
  }

  @Test
  void theOrientationIsApplied() throws Exception {
    RgbImage turned =
        decoder.decode(file("\1\2").image(2, 1, Color.BLACK_IS_ZERO, 8).set(274, 8).bytes());

    assertThat(turned.width()).isEqualTo(1);
    assertThat(turned.rgb()).containsExactly(2, 2, 2, 1, 1, 1);
  }

  @Test
  void ofSeveralPagesTheFirstIsShownAndALoopIsNotFollowed() throws Exception {
    byte[] file = file("\1\2").image(2, 1, Color.BLACK_IS_ZERO, 8).bytes();
    int directory = file[4];
    int next = directory + 2 + 12 * file[directory];
    file[next] = (byte) directory; // The next page is the first one.

    assertThat(decoder.decode(file).rgb()).containsExactly(1, 1, 1, 2, 2, 2);
  }

  private void assertRefused(TiffFile file, Reason reason, String message) {
    assertThatThrownBy(() -> decoder.decode(file.bytes()))
        .isInstanceOfSatisfying(
            InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  private static TiffFile gray() {
    return file("\1\2").image(2, 1, Color.BLACK_IS_ZERO, 8);
  }

  @Test
  void otherKindsAreNamed() {
    assertUnsupported(gray().set(TiffTag.COMPRESSION, 6), "old-style JPEG");
    assertUnsupported(gray().set(TiffTag.COMPRESSION, 34_925), "compression 34925");
    assertUnsupported(gray().set(TiffTag.PHOTOMETRIC, 8), "gray, RGB, palette, CMYK or YCbCr");
    assertUnsupported(gray().set(TiffTag.SAMPLE_FORMAT, 3), "floating-point");
    assertUnsupported(gray().set(TiffTag.BITS_PER_SAMPLE, 32), "32 bits");
    assertUnsupported(gray().set(TiffTag.SAMPLES_PER_PIXEL, 60_000), "60000 samples");
    assertUnsupported(gray().set(TiffTag.NEW_SUBFILE_TYPE, 1), "first page is a preview");
    assertUnsupported(gray().set(TiffTag.SAMPLES_PER_PIXEL, -1), "4294967295 samples per pixel");
    assertUnsupported(
        file("\1\2\3").image(1, 1, Color.RGB, 8, 8, 8).set(TiffTag.SAMPLE_FORMAT, 1, 3, 1),
        "different kinds");
    assertUnsupported(file("\1\2\3").image(1, 1, Color.RGB, 8, 8, 16), "different kinds");
    assertUnsupported(
        file("\12\u00ff").image(1, 1, Color.WHITE_IS_ZERO, 8, 8).set(TiffTag.EXTRA_SAMPLES, 2),
        "inverted gray");
    assertUnsupported(
        file("\1\2\3")
            .image(1, 1, Color.RGB, 8, 8, 8)
            .set(TiffTag.COMPRESSION, 7)
            .set(TiffTag.PLANAR_CONFIGURATION, 2),
        "a JPEG for each colour");
    assertUnsupported(gray().set(TiffTag.DNG_VERSION, 1), "raw camera file");
  }

  private void assertUnsupported(TiffFile file, String message) {
    assertRefused(file, Reason.UNSUPPORTED_FORMAT, message);
  }

  /** Some programs do not state the length of a single strip. */
  @ParameterizedTest
  @ValueSource(strings = {"None", "CCITT T.6", "PackBits", "Deflate"})
  void aSingleStripNeedsNoLength(String compression) throws Exception {
    BufferedImage image = new BufferedImage(40, 3, BufferedImage.TYPE_BYTE_BINARY);
    image.getRaster().setSample(7, 1, 0, 1);
    byte[] file = TestImages.tiff(image, compression);
    byte[] whole = decoder.decode(file).rgb();
    TiffDirectory.Field length =
        TiffDirectory.read(new EncodedBytes("TIFF", file), 0, file.length)
            .field(TiffTag.STRIP_BYTE_COUNTS.code)
            .orElseThrow();

    assertThat(length.count()).isEqualTo(1);
    ByteBuffer.wrap(file).putInt((int) length.position(), 0);
    assertThat(decoder.decode(file).rgb()).isEqualTo(whole);
  }

  /** The last code can end within a byte, and an end marker of three bytes follows it. */
  @ParameterizedTest
  @ValueSource(strings = {"CCITT RLE", "CCITT T.4", "CCITT T.6"})
  void aFaxWithoutItsEndIsAnError(String compression) throws Exception {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_BINARY);
    for (int i = 0; i < 40 * 30; i++) {
      image.getRaster().setSample(i % 40, i / 40, 0, i % 7 < 3 || i % 11 == 0 ? 1 : 0);
    }
    byte[] file = TestImages.tiff(image, compression);
    byte[] whole = decoder.decode(file).rgb();
    TiffDirectory.Field lengths =
        TiffDirectory.read(new EncodedBytes("TIFF", file), 0, file.length)
            .field(TiffTag.STRIP_BYTE_COUNTS.code)
            .orElseThrow();
    int last = (int) lengths.position() + 4 * (int) (lengths.count() - 1);
    ByteBuffer content = ByteBuffer.wrap(file);
    int length = content.getInt(last);
    int shown = 0;
    for (int missing = 1; missing < length; missing++) {
      content.putInt(last, length - missing);
      try {
        assertThat(decoder.decode(file).rgb()).isEqualTo(whole);
        shown++;
      } catch (InvalidImageException e) {
        assertThat(e.reason()).isEqualTo(Reason.CORRUPT);
      }
    }
    assertThat(shown).isLessThan(4);
  }

  @Test
  void missingPixelsAreAnError() {
    assertRefused(gray().set(TiffTag.STRIP_OFFSETS, 1 << 20), Reason.TRUNCATED, "cut off");
    assertRefused(gray().set(TiffTag.STRIP_BYTE_COUNTS, 1 << 20), Reason.TRUNCATED, "cut off");
    assertRefused(gray().set(TiffTag.STRIP_BYTE_COUNTS, 1), Reason.CORRUPT, "fewer pixels");
    assertRefused(gray().set(TiffTag.STRIP_OFFSETS), Reason.CORRUPT, "where its pixels are");
    assertRefused(gray().set(TiffTag.HEIGHT, 2), Reason.CORRUPT, "too few values");
    assertRefused(gray().set(TiffTag.WIDTH, 0), Reason.CORRUPT, "0 x 1 pixels");
    for (int compression : new int[] {5, 8, 32_773}) {
      assertRefused(gray().set(TiffTag.COMPRESSION, compression), Reason.CORRUPT, "damaged");
    }
  }
}
