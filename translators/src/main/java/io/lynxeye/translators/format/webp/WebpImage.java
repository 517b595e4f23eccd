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

  /** Locates the first frame, and reads the sizes and how much memory its data asks for. */
  public static WebpImage parse(byte[] data) throws InvalidImageException {
    return new WebpContainer(new EncodedBytes("WebP", data)).read();
  }

  @Override
  public long workingBytes() {
    return frame.decodeBytes();
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return WebpPixels.decode(this, LibWebp.get());
  }
}
