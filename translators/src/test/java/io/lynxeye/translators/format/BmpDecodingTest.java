package io.lynxeye.translators.format;

import static io.lynxeye.translators.TestImages.buffered;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BmpDecodingTest {

  private static final RgbImage PATTERN = TestImages.pattern(13, 7);

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @Test
  void twentyFourBits() throws Exception {
    assertThat(decoder.decode(TestImages.encode("bmp", PATTERN)).rgb()).isEqualTo(PATTERN.rgb());
  }

  @Test
  void paletteOfEightBits() throws Exception {
    RgbImage gray = TestImages.grayGradient(13, 7);
    byte[] bmp =
        TestImages.encode("bmp", buffered(gray, BufferedImage.TYPE_BYTE_GRAY), param -> {});

    assertThat(BmpImage.parse(bmp).bitsPerPixel()).isEqualTo(8);
    assertThat(decoder.decode(bmp).rgb()).isEqualTo(gray.rgb());
  }

  @Test
  void paletteOfOneBit() throws Exception {
    BufferedImage image = new BufferedImage(9, 2, BufferedImage.TYPE_BYTE_BINARY);
    image.getRaster().setSample(8, 1, 0, 1);

    byte[] rgb = decoder.decode(TestImages.encode("bmp", image, param -> {})).rgb();

    assertThat(rgb).startsWith(0, 0, 0).endsWith(0, 0, 0, 255, 255, 255);
  }

  @Test
  void topDownRows() throws Exception {
    byte[] upsideDown = bmp(40, 1, -2, 32, 0, "\3\2\1\0\6\5\4\0");

    assertThat(decoder.decode(upsideDown).rgb()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void thirtyTwoBitsWithoutAlphaMaskAreOpaque() throws Exception {
    assertThat(decoder.decode(bmp(40, 1, 1, 32, 0, "\3\2\1\0")).rgb()).containsExactly(1, 2, 3);
  }

  @Test
  void masksSelectTheBitsOfEachChannel() throws Exception {
    String masks = "\0\u00f8\0\0\u00e0\7\0\0\37\0\0\0\0\0\0\0";
    byte[] bmp = bmp(56, 2, 1, 16, 3, masks + "\0\u00f8\u00e0\7");

    assertThat(decoder.decode(bmp).rgb()).containsExactly(255, 0, 0, 0, 255, 0);
  }

  @Test
  void sixteenBitsAreFivePerChannelUnlessMasked() throws Exception {
    assertThat(decoder.decode(bmp(40, 1, 1, 16, 0, "\37\0\0\0")).rgb()).containsExactly(0, 0, 255);
  }

  @Test
  void anAlphaMaskIsCompositedOnWhite() throws Exception {
    String masks = "\u00ff\0\0\0\0\u00ff\0\0\0\0\0\0\0\0\0\u00ff";
    byte[] bmp = bmp(56, 1, 1, 32, 3, masks + "\144\0\0\63");

    assertThat(decoder.decode(bmp).rgb()).containsExactly(224, 204, 204);
  }

  /** As in browsers: many programs leave the opacity at 0. A file with any opacity is believed. */
  @Test
  void anImageWithoutAnyOpacityIsShownAsOpaque() throws Exception {
    String masks = "\u00ff\0\0\0\0\u00ff\0\0\0\0\u00ff\0\0\0\0\u00ff";

    assertThat(decoder.decode(bmp(56, 2, 1, 32, 3, masks + "\1\2\3\0\4\5\6\0")).rgb())
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(decoder.decode(bmp(56, 2, 1, 32, 3, masks + "\1\2\3\0\4\5\6\u00ff")).rgb())
        .containsExactly(255, 255, 255, 4, 5, 6);
    assertThat(decoder.decode(bmp(56, 1, 1, 24, 3, masks + "\3\2\1")).rgb())
        .containsExactly(1, 2, 3);
  }

  @Test
  void theOldestHeaderHasShortNumbers() throws Exception {
    byte[] bmp =
        latin1("BM\0\0\0\0\0\0\0\0\40\0\0\0\14\0\0\0\1\0\1\0\1\0\1\0\0\0\0\3\2\1\u0080\0\0\0");

    assertThat(decoder.decode(bmp).rgb()).containsExactly(1, 2, 3);
  }

  @Test
  void damagedOrCompressedFilesAreRefused() {
    assertRefused(bmp(40, 0, 1, 24, 0, "\0\0\0\0"), Reason.CORRUPT, "0 x 1 pixels");
    assertRefused(bmp(40, 1, 1, 7, 0, "\0\0\0\0"), Reason.CORRUPT, "bit depth");
    assertRefused(bmp(40, 1, 1, 2, 0, "\0\0\0\0"), Reason.CORRUPT, "bit depth");
    assertRefused(bmp(39, 1, 1, 24, 0, "\0\0\0\0"), Reason.CORRUPT, "wrong length");
    assertRefused(bmp(40, 1, 1, 8, 2, "\0\0\0\0"), Reason.CORRUPT, "bit depth");
    assertRefused(bmp(40, 1, 1, 24, 4, "\0\0\0\0"), Reason.UNSUPPORTED_FORMAT, "BMP with JPEG");
    assertRefused(bmp(64, 1, 1, 24, 3, "\0\0\0\0"), Reason.UNSUPPORTED_FORMAT, "Huffman");
    assertRefused(bmp(40, 1, 1, 24, 0, "\0\0"), Reason.TRUNCATED, "cut off");
    assertRefused(latin1("BMW"), Reason.TRUNCATED, "cut off");
  }

  /** Two rows of one pixel, the second without the byte that pads it to four. */
  @Test
  void theLastRowDoesNotHaveToBePadded() throws Exception {
    byte[] bmp = bmp(40, 1, 2, 24, 0, "\6\5\4\0\3\2\1");

    assertThat(decoder.decode(bmp).rgb()).containsExactly(1, 2, 3, 4, 5, 6);
    assertRefused(bmp(40, 1, 2, 24, 0, "\6\5\4\0\3\2"), Reason.TRUNCATED, "cut off");
  }

  /** As Pillow: without a valid position, pixels follow the header, the masks and the palette. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20, 54})
  void aPositionBeforeTheEndOfTheHeaderIsReplaced(int position) throws Exception {
    byte[] plain = at(position, bmp(40, 1, 1, 24, 0, "\3\2\1\0"));
    byte[] masked =
        at(position, bmp(40, 1, 1, 32, 3, "\u00ff\0\0\0\0\u00ff\0\0\0\0\u00ff\0\1\2\3\0"));
    byte[] indexed = at(position, bmp(40, 2, 1, 1, 0, "\3\2\1\0\6\5\4\0\100\0\0\0"));

    assertThat(decoder.decode(plain).rgb()).containsExactly(1, 2, 3);
    assertThat(decoder.decode(masked).rgb()).containsExactly(1, 2, 3);
    assertThat(decoder.decode(indexed).rgb()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void aPositionInThePaletteIsUsedIfThePaletteIsShort() throws Exception {
    String oneColor = "\3\2\1\0";

    assertThat(decoder.decode(at(58, bmp(40, 1, 1, 1, 0, oneColor + "\0\0\0\0"))).rgb())
        .containsExactly(1, 2, 3);
    assertRefused(
        at(58, bmp(40, 1, 1, 1, 0, oneColor + "\6\5\4\0\0\0\0\0")),
        Reason.CORRUPT,
        "inside the palette");
    assertRefused(at(55, bmp(40, 1, 1, 1, 0, "\0\0\0\0")), Reason.CORRUPT, "palette is missing");
  }

  /** Rows from the bottom: a run, and after a skip of one pixel, three pixels as stored. */
  @Test
  void runsOfEightBits() throws Exception {
    byte[] bmp = runs(8, 4, 2, "\3\1\1\2\0\0" + "\0\2\1\0\0\3\2\1\2\0\0\1");

    assertThat(indexes(decoder.decode(bmp))).containsExactly(0, 2, 1, 2, 1, 1, 1, 2);
  }

  @Test
  void runsOfFourBits() throws Exception {
    byte[] bmp = runs(4, 5, 2, "\5\22\0\0" + "\0\5\22\22\20\0\0\1");

    assertThat(indexes(decoder.decode(bmp))).containsExactly(1, 2, 1, 2, 1, 1, 2, 1, 2, 1);
  }

  @Test
  void runsEndWithTheLastPixelOrTheEndCode() throws Exception {
    assertThat(indexes(decoder.decode(runs(8, 2, 2, "\2\1\0\0\2\2"))))
        .as("no end code")
        .containsExactly(2, 2, 1, 1);
    assertThat(indexes(decoder.decode(runs(8, 2, 2, "\11\1\0\1"))))
        .as("a run that is too long, and an early end")
        .containsExactly(0, 0, 1, 1);
    for (String cut : new String[] {"", "\2\1", "\2\1\0\0\1\2", "\2\1\0\0\0\4\1"}) {
      assertRefused(runs(8, 2, 2, cut), Reason.TRUNCATED, "cut off");
    }
  }

  /** A run-length encoded file with the colours 0, 1 and 2 in the red of its palette. */
  private static byte[] runs(int bits, int width, int height, String runs) {
    byte[] bmp = bmp(40, width, height, bits, bits == 8 ? 1 : 2, "\0\0\0\0\0\0\1\0\0\0\2\0" + runs);
    bmp[46] = 3;
    return at(66, bmp);
  }

  private static int[] indexes(RgbImage image) {
    int[] indexes = new int[image.width() * image.height()];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = image.rgb()[3 * i];
    }
    return indexes;
  }

  /** States another position of the pixels. */
  private static byte[] at(int position, byte[] bmp) {
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(10, position);
    return bmp;
  }

  private void assertRefused(byte[] bytes, Reason reason, String message) {
    assertThatThrownBy(() -> decoder.decode(bytes))
        .isInstanceOfSatisfying(
            InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  /** Creates a file whose pixels, after any further header, are the Latin-1 bytes of a text. */
  private static byte[] bmp(
      int header, int width, int height, int bits, int compression, String rest) {
    byte[] tail = latin1(rest);
    return ByteBuffer.allocate(54 + tail.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(latin1("BM"))
        .putInt(0)
        .putInt(0)
        .putInt(14 + header)
        .putInt(header)
        .putInt(width)
        .putInt(height)
        .putShort((short) 1)
        .putShort((short) bits)
        .putInt(compression)
        .position(54)
        .put(tail)
        .array();
  }
}
