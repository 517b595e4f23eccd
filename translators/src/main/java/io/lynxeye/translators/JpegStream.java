package io.lynxeye.translators;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A JPEG with nothing but what decoding needs, and with its colour encoding spelled out: no
 * profile, thumbnail or remark can change or break the decoding. It is whole: an end marker was
 * found.
 *
 * @param width columns as stored
 * @param height rows as stored
 * @param parts what follows one another in the file; not copied, so not to be changed
 */
public record JpegStream(int width, int height, List<ByteBuffer> parts) {

  /** Progressive pictures have about ten scans; thousands are an attack on the processor. */
  private static final int MAX_SCANS = 100;

  private static final byte[] GRAY_START = {-1, (byte) 0xd8};

  /**
   * Looks for the end of the picture.
   *
   * @throws InvalidImageException when there is none, or what precedes it has no end
   */
  static JpegStream of(JpegImage image) throws InvalidImageException {
    int length = endOfImage(image) - image.scan();
    return new JpegStream(
        image.width(),
        image.height(),
        List.of(
            ByteBuffer.wrap(start(image.color())),
            ByteBuffer.wrap(image.tables()),
            ByteBuffer.wrap(image.bytes().array(), image.scan(), length)));
  }

  private static byte[] start(JpegImage.Color color) {
    if (color == JpegImage.Color.GRAY) {
      return GRAY_START;
    }
    byte transform = (byte) color.adobeTransform;
    return new byte[] {
      -1,
      (byte) 0xd8,
      -1,
      (byte) 0xee,
      0,
      14,
      'A',
      'd',
      'o',
      'b',
      'e',
      0,
      100,
      0,
      0,
      0,
      0,
      transform
    };
  }

  /** The position after the end marker; a file without one is cut off. */
  private static int endOfImage(JpegImage image) throws InvalidImageException {
    EncodedBytes bytes = image.bytes();
    byte[] data = bytes.array();
    int scans = 0;
    int at = image.scan();
    while (true) {
      int marker = bytes.u8(at + 1);
      if (marker == 0xd9) {
        return at + 2;
      }
      if (marker == 0xda && ++scans > MAX_SCANS) {
        throw bytes.corrupt("it has more than " + MAX_SCANS + " scans");
      }
      at += 2 + bytes.u16be(at + 2);
      while (at + 1 < data.length && !(data[at] == -1 && isSegment(data[at + 1]))) {
        at++;
      }
    }
  }

  /** Not a stuffed zero, a fill byte, a restart marker or the marker without meaning. */
  private static boolean isSegment(byte marker) {
    int code = marker & 0xff;
    return code > 1 && code < 0xff && (code < 0xd0 || code > 0xd7);
  }

  /** In bytes. */
  public int length() {
    return parts.stream().mapToInt(ByteBuffer::remaining).sum();
  }

  /** Writes all of it at the target's position. */
  public void copyTo(ByteBuffer target) {
    parts.forEach(part -> target.put(part.duplicate()));
  }
}
