package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;

/** Converts unpacked PNG rows to RGB pixels on a white background. */
final class PngRowWriter {

  private final PngImage image;
  private final byte[] rgb;

  /** 0xRRGGBB of each of 256 entries, or empty. */
  private final int[] palette;

  /** The samples of the one transparent colour, or empty. */
  private final int[] transparent;

  private PngRowWriter(PngImage image, byte[] rgb, int[] palette, int[] transparent) {
    this.image = image;
    this.rgb = rgb;
    this.palette = palette;
    this.transparent = transparent;
  }

  static PngRowWriter of(PngImage image, byte[] rgb) throws InvalidImageException {
    boolean indexed = image.color() == PngImage.ColorType.PALETTE;
    return new PngRowWriter(
        image, rgb, indexed ? palette(image) : new int[0], indexed ? new int[0] : key(image));
  }

  /** Palette entries as 0xRRGGBB, already on white; entries missing in the file are black. */
  private static int[] palette(PngImage image) throws InvalidImageException {
    EncodedBytes bytes = image.bytes();
    int at = image.palette();
    int entries = Math.min(256, bytes.i32be(at - 8) / 3);
    int alphas = image.transparency() < 0 ? 0 : bytes.i32be(image.transparency() - 8);
    int[] palette = new int[256];
    for (int i = 0; i < entries; i++) {
      int alpha = i < alphas ? bytes.u8(image.transparency() + i) : 255;
      int color = 0;
      for (int c = 0; c < 3; c++) {
        color = color << 8 | RgbImage.onWhite(bytes.u8(at + 3 * i + c), alpha);
      }
      palette[i] = color;
    }
    return palette;
  }

  private static int[] key(PngImage image) throws InvalidImageException {
    int samples = image.color().samples;
    if (image.transparency() < 0 || samples % 2 == 0) {
      return new int[0];
    }
    if (image.bytes().i32be(image.transparency() - 8) < 2 * samples) {
      throw image.bytes().corrupt("its transparent colour is incomplete");
    }
    int[] key = new int[samples];
    for (int i = 0; i < samples; i++) {
      key[i] = image.bytes().u16be(image.transparency() + 2 * i);
    }
    return key;
  }

  /**
   * Writes one unfiltered row: its first byte is skipped, its pixels go to {@code pixel}, {@code
   * pixel + step}, ...
   */
  void write(byte[] row, int columns, int pixel, int step) {
    if (step == 1 && image.bitsPerPixel() == 24 && transparent.length == 0) {
      System.arraycopy(row, 1, rgb, 3 * pixel, 3 * columns);
      return;
    }
    int samples = image.color().samples;
    boolean gray = samples < 3;
    for (int i = 0; i < columns; i++) {
      int out = 3 * (pixel + i * step);
      int first = i * samples;
      if (palette.length > 0) {
        put(out, palette[raw(row, i)]);
      } else if (isTransparent(row, first)) {
        put(out, 0xffffff);
      } else {
        int alpha = samples % 2 == 0 ? sample(row, first + samples - 1) : 255;
        for (int c = 0; c < 3; c++) {
          rgb[out + c] = (byte) RgbImage.onWhite(sample(row, gray ? first : first + c), alpha);
        }
      }
    }
  }

  private void put(int out, int color) {
    rgb[out] = (byte) (color >> 16);
    rgb[out + 1] = (byte) (color >> 8);
    rgb[out + 2] = (byte) color;
  }

  private boolean isTransparent(byte[] row, int first) {
    for (int i = 0; i < transparent.length; i++) {
      if (raw(row, first + i) != transparent[i]) {
        return false;
      }
    }
    return transparent.length > 0;
  }

  /** A sample as stored. */
  private int raw(byte[] row, int index) {
    int depth = image.depth();
    if (depth == 16) {
      return (row[1 + 2 * index] & 0xff) << 8 | (row[2 + 2 * index] & 0xff);
    }
    int bit = index * depth;
    return (row[1 + bit / 8] & 0xff) >> (8 - depth - bit % 8) & (1 << depth) - 1;
  }

  /** A sample in 8 bits: the high byte of 16; fewer bits are scaled to the whole range. */
  private int sample(byte[] row, int index) {
    int depth = image.depth();
    int raw = raw(row, index);
    return depth == 16 ? raw >> 8 : raw * 255 / ((1 << depth) - 1);
  }
}
