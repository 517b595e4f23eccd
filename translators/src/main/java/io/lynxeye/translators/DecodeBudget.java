package io.lynxeye.translators;

import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.concurrent.Semaphore;

/**
 * The memory budget of all decodes together; those that do not fit now wait, in order of arrival.
 */
final class DecodeBudget {

  /** Counted in KiB, so that an int semaphore can hold terabytes. */
  private static final int UNIT = 1024;

  /** The maximum of JPEG and GIF; longer PNGs would also make resizing costly. */
  private static final int MAX_SIDE = 65_535;

  private final DecodeLimits limits;
  private final int budget;
  private final Semaphore free;

  DecodeBudget(DecodeLimits limits) {
    this.limits = limits;
    this.budget = (int) Math.min(Integer.MAX_VALUE, limits.maxDecodeBytes() / UNIT);
    this.free = new Semaphore(budget, true);
  }

  /** Refuses an image with too many pixels. */
  void checkPixels(EncodedImage image) throws InvalidImageException {
    long pixels = (long) image.width() * image.height();
    if (Math.max(image.width(), image.height()) > MAX_SIDE) {
      throw new InvalidImageException(
          Reason.TOO_MANY_PIXELS,
          size(image) + "; no side may exceed " + MAX_SIDE + ". Send a smaller one.");
    }
    if (pixels > limits.maxPixels() || 3 * pixels > Integer.MAX_VALUE - 8) {
      throw new InvalidImageException(
          Reason.TOO_MANY_PIXELS,
          "%s (%s megapixels); at most %s megapixels are accepted. Send a smaller one."
              .formatted(size(image), megapixels(pixels), megapixels(limits.maxPixels())));
    }
  }

  /**
   * An image's share of the budget, for {@link #take} and {@link #giveBack}.
   *
   * @param bytes memory it needs at its peak
   * @throws InvalidImageException when that exceeds the whole budget
   */
  int share(EncodedImage image, long bytes) throws InvalidImageException {
    long needed = units(bytes);
    long pixels = (long) image.width() * image.height();
    if (!holds(bytes)) {
      throw new InvalidImageException(
          Reason.TOO_MUCH_MEMORY,
          ("%s (%s megapixels) and needs %s KiB to decode as %s; at most %s KiB are available,"
                  + " enough for about %s megapixels of this kind. Send a smaller one.")
              .formatted(
                  size(image),
                  megapixels(pixels),
                  needed,
                  image.bytes().format(),
                  budget,
                  megapixels(pixels * budget / needed)));
    }
    return (int) needed;
  }

  /** Whether the whole budget is at least this large. */
  boolean holds(long bytes) {
    return units(bytes) <= budget;
  }

  private static long units(long bytes) {
    return bytes / UNIT + 1;
  }

  private static String size(EncodedImage image) {
    return "The image has " + image.width() + " x " + image.height() + " pixels";
  }

  /** Rounded down to two digits after the point, so that the limit itself is not exceeded. */
  private static String megapixels(long pixels) {
    return BigDecimal.valueOf(pixels, 6)
        .setScale(2, RoundingMode.DOWN)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Waits until the share is free. */
  void take(int share) {
    free.acquireUninterruptibly(share);
  }

  void giveBack(int share) {
    free.release(share);
  }
}
