package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;

/**
 * A WebP; of an animation, its canvas with the first frame on it.
 *
 * @param width columns of the canvas
 * @param height rows of the canvas
 */
public record WebpImage(EncodedBytes bytes, int width, int height, WebpFrame frame, int orientation)
    implements EncodedImage {

  /** Locates the first frame, and reads its size and that of the canvas. */
  public static WebpImage parse(byte[] data) throws InvalidImageException {
    return new WebpContainer(new EncodedBytes("WebP", data)).read();
  }

  @Override
  public long workingBytes() throws InvalidImageException {
    return frame.decodeBytes(bytes);
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return WebpPixels.decode(this, LibWebp.get());
  }
}
