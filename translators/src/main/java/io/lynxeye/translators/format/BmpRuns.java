package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;

/**
 * Unpacks a run-length encoded BMP of 4 or 8 bits. Pixels that the file skips have the first
 * colour, as in Pillow; a file that ends without saying so is cut off.
 */
final class BmpRuns {

  private final BmpImage image;
  private final EncodedBytes bytes;
  private final byte[] rgb;
  private int x;
  private int y; // Counted in stored rows.

  BmpRuns(BmpImage image) {
    this.image = image;
    this.bytes = image.bytes();
    this.rgb = new byte[3 * image.width() * image.height()];
  }

  RgbImage decode() throws InvalidImageException {
    for (int out = 0; out < rgb.length; out += 3) {
      putColor(0, out);
    }
    int at = image.pixels();
    while (!isComplete()) {
      int count = bytes.u8(at);
      int value = bytes.u8(at + 1);
      at += 2;
      if (count > 0) {
        run(count, value);
      } else if (value == 0) {
        x = 0;
        y++;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        x = Math.min(image.width(), x + bytes.u8(at));
        y += bytes.u8(at + 1);
        at += 2;
      } else {
        at = literal(at, value);
      }
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }

  /** The end does not have to be stated. */
  private boolean isComplete() {
    int rest = image.height() - y;
    return rest <= 0 || (rest == 1 && x >= image.width());
  }

  /** Of 4 bits, the two halves of the value take turns. */
  private void run(int count, int value) {
    for (int i = 0; i < count; i++) {
      put(half(value, i));
    }
  }

  /** Pixels as stored, padded to an even length; returns the position after them. */
  private int literal(int at, int count) throws InvalidImageException {
    int perByte = 8 / image.bitsPerPixel();
    int length = (count + perByte - 1) / perByte;
    bytes.require(at, length);
    for (int i = 0; i < count; i++) {
      put(half(bytes.u8(at + i / perByte), i));
    }
    return at + length + length % 2;
  }

  private int half(int value, int i) {
    if (image.bitsPerPixel() == 8) {
      return value;
    }
    return i % 2 == 0 ? value >> 4 : value & 0xf;
  }

  /** Pixels to the right of the image are dropped. */
  private void put(int index) {
    if (x < image.width()) {
      int row = image.bottomUp() ? image.height() - 1 - y : y;
      putColor(index, 3 * (row * image.width() + x));
      x++;
    }
  }

  private void putColor(int index, int out) {
    if (index < image.colors()) {
      int in = image.palette() + index * image.entryBytes();
      byte[] data = bytes.array();
      rgb[out] = data[in + 2];
      rgb[out + 1] = data[in + 1];
      rgb[out + 2] = data[in];
    }
  }
}
