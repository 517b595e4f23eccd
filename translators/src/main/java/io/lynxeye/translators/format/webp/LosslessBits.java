package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;

/** Bits of lossless data, least significant first; a read past the end fails. */
final class LosslessBits {

  private final EncodedBytes bytes;
  private final int end;
  private int at;
  private int bit;

  LosslessBits(EncodedBytes bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Reads up to 24 bits as a number. */
  int read(int count) throws InvalidImageException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      if (at >= end) {
        throw damaged();
      }
      value |= (bytes.array()[at] >>> bit & 1) << i;
      if (++bit == 8) {
        bit = 0;
        at++;
      }
    }
    return value;
  }

  boolean next() throws InvalidImageException {
    return read(1) == 1;
  }

  InvalidImageException damaged() {
    return bytes.corrupt("its data cannot be decoded");
  }
}
