package io.lynxeye.translators.format.jpeg;

import io.lynxeye.translators.image.PixelRows;
import java.util.Optional;

/**
 * A JPEG decoder that is faster than the JDK's because it can decode to a fraction of the size. It
 * may decline an image that it cannot decode with certainty; the JDK's decoder is used then.
 * Thread-safe.
 */
public interface ScaledJpegDecoder {

  /**
   * Decodes to a fraction of the stored size: pixel {@code (x, y)} is about the mean of the square
   * of {@code ratio * ratio} pixels at {@code (ratio * x, ratio * y)}.
   *
   * @param jpeg gray, RGB or YCbCr
   * @param ratio 1, 2, 4 or 8
   * @return an image of width and height divided by {@code ratio}, rounded up, which the caller
   *     closes; empty if even one pixel is uncertain
   */
  Optional<PixelRows> decode(JpegStream jpeg, int ratio);
}
