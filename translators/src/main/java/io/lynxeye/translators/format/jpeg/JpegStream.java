package io.lynxeye.translators.format.jpeg;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A complete JPEG reduced to what decoding needs, with its colour encoding stated explicitly, so
 * that no profile, thumbnail or comment can change or break the decoding.
 *
 * @param width columns as stored
 * @param height rows as stored
 * @param parts the file in consecutive parts; not copied, so they must not change
 */
public record JpegStream(int width, int height, List<ByteBuffer> parts) {

  /** Progressive images have about ten scans; thousands are a denial-of-service attack. */
  private static final int MAX_SCANS = 100;

  /**
   * Reduces an image to what decoding needs.
   *
   * @throws InvalidImageException when the end marker is missing or there are too many scans
   */
  public static JpegStream of(JpegImage image) throws InvalidImageException {
    int length = endOfImage(image) - image.scan();
    return new JpegStream(
        image.width(),
        image.height(),
        List.of(
            ByteBuffer.wrap(start(image.color())),
            ByteBuffer.wrap(image.tables()),
            ByteBuffer.wrap(image.bytes().array(), image.scan(), length)));
  }

  /** The start marker, and an Adobe segment that states the colour encoding. */
  private static byte[] start(JpegImage.Color color) {
    String adobe = "\u00ff\u00ee\0\u000eAdobe\0d\0\0\0\0" + (char) color.adobeTransform;
    return ("\u00ff\u00d8" + (color == JpegImage.Color.GRAY ? "" : adobe))
        .getBytes(StandardCharsets.ISO_8859_1);
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

  /** Total length in bytes. */
  public int length() {
    return parts.stream().mapToInt(ByteBuffer::remaining).sum();
  }

  /** Writes all parts at the target's position. */
  public void copyTo(ByteBuffer target) {
    parts.forEach(part -> target.put(part.duplicate()));
  }
}
