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
  private int alphaMask;

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
    alphaMask = hasOpacity() ? image.masks()[3] : 0;
    for (int y = 0; y < height; y++) {
      int in = (int) (image.pixels() + stride * (image.bottomUp() ? height - 1 - y : y));
      for (int x = 0; x < width; x++) {
        int out = 3 * (y * width + x);
        switch (image.bitsPerPixel()) {
          case 24 -> copyReversed(in + 3 * x, out);
          case 16, 32 -> putMasked(pixel(in, x), out);
          default -> putIndexed(in, x, out);
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /**
   * Whether any pixel is not wholly transparent. Many programs leave the opacity at 0 everywhere;
   * browsers show such an image as opaque.
   */
  private boolean hasOpacity() throws InvalidImageException {
    if (image.masks()[3] == 0 || image.bitsPerPixel() == 24) {
      return false;
    }
    for (int y = 0; y < image.height(); y++) {
      int row = (int) (image.pixels() + image.stride() * y);
      for (int x = 0; x < image.width(); x++) {
        if ((pixel(row, x) & image.masks()[3]) != 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** A pixel of 16 or 32 bits. */
  private int pixel(int row, int x) throws InvalidImageException {
    return image.bitsPerPixel() == 16
        ? image.bytes().u16le(row + 2 * x)
        : image.bytes().i32le(row + 4 * x);
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
    int alpha = alphaMask == 0 ? 255 : channel(pixel, alphaMask);
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
