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
    assertRefused(bmp(40, 1, 1, 8, 1, "\0\0\0\0"), Reason.UNSUPPORTED_FORMAT, "compressed BMP");
    assertRefused(bmp(40, 1, 1, 24, 0, "\0\0\0"), Reason.TRUNCATED, "cut off");
    assertRefused(latin1("BMW"), Reason.TRUNCATED, "cut off");
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
