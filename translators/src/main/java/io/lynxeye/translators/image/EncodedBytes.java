package io.lynxeye.translators.image;

/**
 * Reads at absolute positions of an encoded image. Every read past the end fails with "the image is
 * cut off", so that parsers need no bounds checks of their own.
 */
public final class EncodedBytes {

  private final String format;
  private final byte[] data;

  /**
   * Wraps a file.
   *
   * @param format the format's name in messages, such as "JPEG"
   * @param data not copied
   */
  public EncodedBytes(String format, byte[] data) {
    this.format = format;
    this.data = data;
  }

  /** The format's name in messages. */
  public String format() {
    return format;
  }

  /** The file itself, not a copy. */
  public byte[] array() {
    return data;
  }

  /** Length of the file in bytes. */
  public int length() {
    return data.length;
  }

  /** Fails unless {@code count} bytes can be read from {@code at} on. */
  public void require(long at, long count) throws InvalidImageException {
    if (at < 0 || count < 0 || at + count > data.length) {
      throw InvalidImageException.truncated(format);
    }
  }

  public int u8(int at) throws InvalidImageException {
    require(at, 1);
    return data[at] & 0xff;
  }

  public int u16be(int at) throws InvalidImageException {
    return u8(at) << 8 | u8(at + 1);
  }

  public int u16le(int at) throws InvalidImageException {
    return u8(at + 1) << 8 | u8(at);
  }

  public int i32be(int at) throws InvalidImageException {
    return u16be(at) << 16 | u16be(at + 2);
  }

  public int i32le(int at) throws InvalidImageException {
    return u16le(at + 2) << 16 | u16le(at);
  }

  public long u32le(int at) throws InvalidImageException {
    return Integer.toUnsignedLong(i32le(at));
  }

  /** Whether the Latin-1 characters of {@code text} are at this position; false past the end. */
  public boolean hasText(int at, String text) {
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

  /** The failure of a file that contradicts its format. */
  public InvalidImageException corrupt(String detail) {
    return InvalidImageException.corrupt(format, detail);
  }

  /** The failure of a file whose header has an impossible size. */
  public InvalidImageException wrongSize(long width, long height) {
    return corrupt("its header says " + width + " x " + height + " pixels");
  }
}
