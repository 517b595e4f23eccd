package io.lynxeye.translators.format.jpeg;

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

  private static final ByteBuffer END_MARKER = ByteBuffer.wrap(new byte[] {-1, (byte) 0xd9});

  /**
   * Reduces an image to what decoding needs.
   *
   * <p>A file without an end marker gets one; whether all pixels come before it is for the decoder
   * to say.
   *
   * @throws InvalidImageException when scans are missing or there are too many
   */
  public static JpegStream of(JpegImage image) throws InvalidImageException {
    return of(image, JpegEnd.find(image));
  }

  static JpegStream of(JpegImage image, JpegEnd end) {
    return new JpegStream(
        image.width(),
        image.height(),
        List.of(
            ByteBuffer.wrap(start(image.color())),
            ByteBuffer.wrap(image.tables()),
            ByteBuffer.wrap(image.bytes().array(), image.scan(), end.at() - image.scan()),
            END_MARKER.asReadOnlyBuffer()));
  }

  /** The start marker, and an Adobe segment that states the colour encoding. */
  private static byte[] start(JpegImage.Color color) {
    String adobe = "\u00ff\u00ee\0\u000eAdobe\0d\0\0\0\0" + (char) color.adobeTransform;
    return ("\u00ff\u00d8" + (color == JpegImage.Color.GRAY ? "" : adobe))
        .getBytes(StandardCharsets.ISO_8859_1);
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
