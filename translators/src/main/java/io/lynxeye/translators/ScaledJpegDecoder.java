package io.lynxeye.translators;

import java.util.Optional;

/**
 * A faster JPEG decoder than the JDK's, one that can leave out pixels nobody needs. It may be
 * picky: what it does not decode without doubt, the JDK's decoder gets to see. Thread-safe.
 */
public interface ScaledJpegDecoder {

  /**
   * Decodes to a whole fraction of the stored size: pixel {@code (x, y)} is the mean, about, of the
   * square of {@code ratio} pixels a side at {@code (ratio * x, ratio * y)}.
   *
   * @param jpeg gray, RGB or YCbCr
   * @param ratio 1, 2, 4 or 8
   * @return width and height divided by {@code ratio}, rounded up, for the caller to close; nothing
   *     where as much as one pixel is in doubt
   */
  Optional<PixelRows> decode(JpegStream jpeg, int ratio);
}
