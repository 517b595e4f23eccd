package io.lynxeye.translators.format;

import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;

/**
 * Copies the pixels of a BMP. The JDK's reader is not used because it silently returns incomplete
 * images and needs a second raster.
 */
final class BmpPixels {

  private final BmpImage image;
  private final byte[] data;
  private final byte[] rgb;

  BmpPixels(BmpImage image) {
    this.image = image;
    this.data = image.bytes().array();
    this.rgb = new byte[3 * image.width() * image.height()];
  }

  RgbImage decode() throws InvalidImageException {
    int width = image.width();
    int height = image.height();
    long stride = image.stride();
    image.bytes().require(image.pixels(), image.storedBytes());
    for (int y = 0; y < height; y++) {
      int in = (int) (image.pixels() + stride * (image.bottomUp() ? height - 1 - y : y));
      for (int x = 0; x < width; x++) {
        int out = 3 * (y * width + x);
        switch (image.bitsPerPixel()) {
          case 24 -> copyReversed(in + 3 * x, out);
          case 16 -> putMasked(u8(in + 2 * x) | u8(in + 2 * x + 1) << 8, out);
          case 32 -> putMasked(image.bytes().i32le(in + 4 * x), out);
          default -> putIndexed(in, x, out);
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private int u8(int at) {
    return data[at] & 0xff;
  }

  /** BMP stores blue first. */
  private void copyReversed(int in, int out) {
    rgb[out] = data[in + 2];
    rgb[out + 1] = data[in + 1];
    rgb[out + 2] = data[in];
  }

  private void putIndexed(int in, int x, int out) {
    int bits = image.bitsPerPixel();
    int bit = x * bits;
    int index = u8(in + bit / 8) >> (8 - bits - bit % 8) & (1 << bits) - 1;
    if (index < image.colors()) {
      copyReversed(image.palette() + index * image.entryBytes(), out);
    }
  }

  private void putMasked(int pixel, int out) {
    int alpha = image.masks()[3] == 0 ? 255 : channel(pixel, image.masks()[3]);
    for (int c = 0; c < 3; c++) {
      rgb[out + c] = (byte) RgbImage.onWhite(channel(pixel, image.masks()[c]), alpha);
    }
  }

  /** The bits under the mask, scaled to 0 to 255; 0 for an empty mask. */
  private static int channel(int pixel, int mask) {
    if (mask == 0) {
      return 0;
    }
    int shift = Integer.numberOfTrailingZeros(mask);
    long most = Integer.toUnsignedLong(mask) >> shift;
    long value = Integer.toUnsignedLong(pixel & mask) >> shift;
    return (int) ((value * 255 + most / 2) / most);
  }
}
