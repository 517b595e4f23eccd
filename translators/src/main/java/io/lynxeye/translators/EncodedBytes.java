package io.lynxeye.translators;

/**
 * Reads at absolute positions of an encoded picture. Every read beyond the end says that the
 * picture is cut off, so that no parser needs bounds checks of its own.
 */
final class EncodedBytes {

  private final String format;
  private final byte[] data;

  EncodedBytes(String format, byte[] data) {
    this.format = format;
    this.data = data;
  }

  byte[] array() {
    return data;
  }

  int length() {
    return data.length;
  }

  /** Fails unless {@code count} bytes can be read from {@code at} on. */
  void require(long at, long count) throws InvalidImageException {
    if (at < 0 || count < 0 || at + count > data.length) {
      throw InvalidImageException.truncated(format);
    }
  }

  int u8(int at) throws InvalidImageException {
    require(at, 1);
    return data[at] & 0xff;
  }

  int u16be(int at) throws InvalidImageException {
    return u8(at) << 8 | u8(at + 1);
  }

  int u16le(int at) throws InvalidImageException {
    return u8(at + 1) << 8 | u8(at);
  }

  int i32be(int at) throws InvalidImageException {
    return u16be(at) << 16 | u16be(at + 2);
  }

  int i32le(int at) throws InvalidImageException {
    return u16le(at + 2) << 16 | u16le(at);
  }

  long u32be(int at) throws InvalidImageException {
    return Integer.toUnsignedLong(i32be(at));
  }

  long u32le(int at) throws InvalidImageException {
    return Integer.toUnsignedLong(i32le(at));
  }

  /** Whether the Latin-1 characters of {@code text} are at this position; false past the end. */
  boolean hasText(int at, String text) {
    if (at < 0 || at + text.length() > data.length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((data[at + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  InvalidImageException corrupt(String detail) {
    return InvalidImageException.corrupt(format, detail);
  }

  InvalidImageException truncated() {
    return InvalidImageException.truncated(format);
  }
}
