package io.lynxeye.translators.format;

import static io.lynxeye.translators.TestImages.buffered;
import static io.lynxeye.translators.TestImages.insert;
import static io.lynxeye.translators.TestImages.latin1;
import static io.lynxeye.translators.TestImages.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageWriteParam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PngDecodingTest {

  private static final RgbImage PATTERN = pattern(37, 23);

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @Test
  void rgbIsExact() throws Exception {
    assertThat(decoder.decode(TestImages.png(PATTERN)).rgb()).isEqualTo(PATTERN.rgb());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9, 37})
  void interlacedIsExactAtAnySize(int side) throws Exception {
    RgbImage image = pattern(side, 23);
    byte[] png =
        TestImages.encode(
            "png",
            buffered(image, BufferedImage.TYPE_3BYTE_BGR),
            param -> param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));

    assertThat(PngImage.parse(png).interlaced()).isTrue();
    assertThat(decoder.decode(png).rgb()).isEqualTo(image.rgb());
  }

  @Test
  void grayKeepsItsLevels() throws Exception {
    RgbImage gray = TestImages.grayGradient(37, 23);
    byte[] png =
        TestImages.encode("png", buffered(gray, BufferedImage.TYPE_BYTE_GRAY), param -> {});

    assertThat(decoder.decode(png).rgb()).isEqualTo(gray.rgb());
  }

  @Test
  void ofSixteenBitsTheHighByteIsUsed() throws Exception {
    BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 0x12ff);
    deep.getRaster().setSample(1, 0, 0, 0xfe01);

    assertThat(decoder.decode(TestImages.encode("png", deep, param -> {})).rgb())
        .containsExactly(0x12, 0x12, 0x12, 0xfe, 0xfe, 0xfe);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "4", "8"})
  void paletteOfAnyDepth(int bits) throws Exception {
    byte[] levels = new byte[1 << bits];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) (255 - i);
    }
    IndexColorModel colors =
        new IndexColorModel(bits, levels.length, levels, levels, new byte[256]);
    int type = bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY;
    BufferedImage image = new BufferedImage(11, 3, type, colors);
    image.getRaster().setSample(10, 2, 0, levels.length - 1);

    byte[] rgb = decoder.decode(TestImages.encode("png", image, param -> {})).rgb();

    assertThat(rgb).startsWith(255, 255, 0).endsWith(256 - levels.length, 256 - levels.length, 0);
  }

  @Test
  void paletteTransparencyIsCompositedOnWhite() throws Exception {
    byte[] png = png("\0\0\0\2\0\0\0\1\b\3\0\0\0", "PLTE\12\24\36\50\62\74", "tRNS\0", row(0, 1));

    assertThat(decoder.decode(png).rgb()).containsExactly(255, 255, 255, 40, 50, 60);
  }

  @Test
  void oneTransparentColourIsWhite() throws Exception {
    byte[] gray = png("\0\0\0\2\0\0\0\1\b\0\0\0\0", "tRNS\0\5", row(5, 6));
    byte[] rgb = png("\0\0\0\2\0\0\0\1\b\2\0\0\0", "tRNS\0\1\0\2\0\3", row(1, 2, 3, 1, 2, 4));

    assertThat(decoder.decode(gray).rgb()).containsExactly(255, 255, 255, 6, 6, 6);
    assertThat(decoder.decode(rgb).rgb()).containsExactly(255, 255, 255, 1, 2, 4);
  }

  @Test
  void alphaIsCompositedOnWhite() throws Exception {
    byte[] rgba = png("\0\0\0\1\0\0\0\1\b\6\0\0\0", row(100, 0, 200, 51));
    byte[] gray = png("\0\0\0\2\0\0\0\1\b\4\0\0\0", row(100, 255, 100, 0));

    assertThat(decoder.decode(rgba).rgb()).containsExactly(224, 204, 244);
    assertThat(decoder.decode(gray).rgb()).containsExactly(100, 100, 100, 255, 255, 255);
  }

  @Test
  void everyRowFilterIsUndone() throws Exception {
    // Two gray columns; filters none, left, above, mean and Paeth, each adding 1 to its prediction.
    byte[] png =
        png(
            "\0\0\0\2\0\0\0\5\b\0\0\0\0",
            new byte[] {0, 9, 20, 1, 1, 1, 2, 1, 1, 3, 1, 1, 4, 1, 1});

    byte[] rgb = decoder.decode(png).rgb();

    byte[] gray = new byte[10];
    for (int i = 0; i < gray.length; i++) {
      gray[i] = rgb[3 * i];
    }
    assertThat(gray).containsExactly(9, 20, 1, 2, 2, 3, 2, 3, 3, 4);
  }

  @Test
  void wrongHeadersAreRefused() {
    assertRefused(png("\0\0\0\0\0\0\0\1\b\2\0\0\0", row()), "0 x 1 pixels");
    assertRefused(png("\0\0\0\1\0\0\0\1\3\2\0\0\0", row()), "bit depth");
    assertRefused(png("\0\0\0\1\0\0\0\1\b\7\0\0\0", row()), "colour type");
    assertRefused(png("\0\0\0\1\0\0\0\1\b\3\0\0\0", row(1)), "palette is missing");
    assertRefused(latin1("\u0089PNG\r\n\u001a\n\0\0\0\0tEXt\0\0\0\0"), "begin with a header");
    assertRefused(
        png("\0\0\0\1\0\0\0\1\b\2\0\0\0", "tRNS\0\1", row(1, 2, 3)), "transparent colour");
  }

  @Test
  void wrongDataIsRefused() {
    String header = "\0\0\0\2\0\0\0\1\b\0\0\0\0";
    assertRefused(png(header, row(1)), "fewer pixels");
    assertRefused(png(header, new byte[] {9, 1, 2}), "unknown filter");
    assertRefused(png(header, "IDATxxxx"), "data is invalid");
    assertRefused(png(header, "tEXtno pixels"), "fewer pixels");
    byte[] flipped = TestImages.png(PATTERN);
    flipped[flipped.length - 30] ^= 1;
    assertRefused(flipped, "checksum");
  }

  /** libpng and Pillow show it too: every pixel is there. */
  @Test
  void whatFollowsTheLastPixelDoesNotMatter() throws Exception {
    byte[] png = TestImages.png(PATTERN);
    byte[] withoutEnd = Arrays.copyOf(png, png.length - 12);
    byte[] cutInTheEnd = Arrays.copyOf(png, png.length - 5);
    byte[] garbage =
        insert(withoutEnd, withoutEnd.length, latin1("\u00ff\u00ff\u00ff\u00ffgarbage."));

    assertThat(decoder.decode(withoutEnd).rgb()).isEqualTo(PATTERN.rgb());
    assertThat(decoder.decode(cutInTheEnd).rgb()).isEqualTo(PATTERN.rgb());
    assertThat(decoder.decode(garbage).rgb()).isEqualTo(PATTERN.rgb());
  }

  @Test
  void aMissingPixelOrPaletteIsCutOff() {
    byte[] png = TestImages.png(PATTERN);
    byte[] palette = png("\0\0\0\2\0\0\0\1\b\3\0\0\0", "PLTE\1\2\3", row(0, 0));

    for (byte[] cut :
        List.of(Arrays.copyOf(png, png.length - 17), Arrays.copyOf(palette, 8 + 25 + 10))) {
      assertThatThrownBy(() -> decoder.decode(cut))
          .isInstanceOfSatisfying(
              InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
    }
  }

  private void assertRefused(byte[] bytes, String message) {
    assertThatThrownBy(() -> decoder.decode(bytes))
        .isInstanceOfSatisfying(
            InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
        .hasMessageContaining(message);
  }

  private static byte[] row(int... samples) {
    byte[] row = new byte[1 + samples.length];
    for (int i = 0; i < samples.length; i++) {
      row[i + 1] = (byte) samples[i];
    }
    return row;
  }

  /** Creates a file of a header, chunks given as name and data, and compressed rows. */
  private static byte[] png(String header, Object... parts) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(latin1("\u0089PNG\r\n\u001a\n"));
    file.writeBytes(chunk(latin1("IHDR" + header)));
    for (Object part : parts) {
      file.writeBytes(
          chunk(part instanceof String text ? latin1(text) : compressed((byte[]) part)));
    }
    file.writeBytes(chunk(latin1("IEND")));
    return file.toByteArray();
  }

  private static byte[] compressed(byte[] rows) {
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] buffer = new byte[1000];
    int length = deflater.deflate(buffer);
    deflater.end();
    return ByteBuffer.allocate(4 + length).put(latin1("IDAT")).put(buffer, 0, length).array();
  }

  private static byte[] chunk(byte[] nameAndData) {
    CRC32 crc = new CRC32();
    crc.update(nameAndData);
    return ByteBuffer.allocate(nameAndData.length + 8)
        .putInt(nameAndData.length - 4)
        .put(nameAndData)
        .putInt((int) crc.getValue())
        .array();
  }
}
