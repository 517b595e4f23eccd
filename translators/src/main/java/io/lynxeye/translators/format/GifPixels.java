package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import java.util.Arrays;

/**
 * Unpacks a GIF frame directly into the RGB result, white where it is transparent. The JDK's reader
 * is not used because it silently returns incomplete images and loses the transparency.
 */
final class GifPixels {

  private static final int MAX_CODES = 4096;

  /** Memory of the code table below, in bytes. */
  static final int TABLE_BYTES = MAX_CODES * 4;

  private static final int[] FIRST_ROWS = {0, 4, 2, 1};
  private static final int[] ROW_STEPS = {8, 8, 4, 2};

  private final GifImage image;
  private final EncodedBytes bytes;
  private final byte[] rgb;

  /** A code stands for the pixels of the code it extends, and one more. */
  private final short[] extended = new short[MAX_CODES];

  private final byte[] last = new byte[MAX_CODES];
  private final byte[] reversed = new byte[MAX_CODES + 1];

  private int at;
  private int blockLeft;
  private int bits;
  private int bitCount;

  private int x;
  private int y;
  private int pass;
  private boolean full;

  GifPixels(GifImage image) {
    this.image = image;
    this.bytes = image.bytes();
    this.rgb = new byte[3 * image.width() * image.height()];
    this.at = image.data();
  }

  RgbImage decode() throws InvalidImageException {
    Arrays.fill(rgb, (byte) 255);
    int minimum = bytes.u8(at++);
    if (minimum < 1 || minimum > 11) {
      throw bytes.corrupt("its code size is invalid");
    }
    int clear = 1 << minimum;
    for (int i = 0; i < clear; i++) {
      last[i] = (byte) i;
    }
    int next = clear + 2;
    int size = minimum + 1;
    int previous = -1;
    while (!full) {
      int code = code(size);
      if (code == clear) {
        next = clear + 2;
        size = minimum + 1;
        previous = -1;
        continue;
      }
      if (code == clear + 1 || code > next || (code == next && previous < 0)) {
        throw bytes.corrupt("its compressed pixels are invalid");
      }
      int first = emit(code, code == next ? previous : -1, clear);
      if (previous >= 0 && next < MAX_CODES) {
        extended[next] = (short) previous;
        last[next++] = (byte) first;
        if (next == 1 << size && size < 12) {
          size++;
        }
      }
      previous = code;
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }

  private int code(int size) throws InvalidImageException {
    while (bitCount < size) {
      if (blockLeft == 0) {
        blockLeft = bytes.u8(at++);
        if (blockLeft == 0) {
          throw bytes.corrupt("it has fewer pixels than its header says");
        }
      }
      bits |= bytes.u8(at++) << bitCount;
      bitCount += 8;
      blockLeft--;
    }
    int code = bits & (1 << size) - 1;
    bits >>>= size;
    bitCount -= size;
    return code;
  }

  /**
   * Draws the pixels of a code and returns the first of them. A code that is not yet defined stands
   * for the pixels of the previous code, followed by the first of them again.
   */
  private int emit(int code, int previous, int clear) {
    int count = 0;
    int link = previous >= 0 ? previous : code;
    if (previous >= 0) {
      count++;
    }
    while (link >= clear) {
      reversed[count++] = last[link];
      link = extended[link];
    }
    reversed[count++] = last[link];
    if (previous >= 0) {
      reversed[0] = last[link];
    }
    for (int i = count - 1; i >= 0 && !full; i--) {
      draw(reversed[i] & 0xff);
    }
    return last[link] & 0xff;
  }

  private void draw(int index) {
    if (index != image.transparent() && index < image.colors()) {
      int out = 3 * ((image.top() + y) * image.width() + image.left() + x);
      if (image.palette() < 0) {
        Arrays.fill(rgb, out, out + 3, (byte) index);
      } else {
        System.arraycopy(bytes.array(), image.palette() + 3 * index, rgb, out, 3);
      }
    }
    if (++x == image.frameWidth()) {
      x = 0;
      nextRow();
    }
  }

  private void nextRow() {
    if (!image.interlaced()) {
      full = ++y == image.frameHeight();
      return;
    }
    y += ROW_STEPS[pass];
    while (y >= image.frameHeight()) {
      if (++pass == ROW_STEPS.length) {
        full = true;
        return;
      }
      y = FIRST_ROWS[pass];
    }
  }
}
