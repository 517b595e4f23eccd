package io.lynxeye.translators;

import io.lynxeye.translators.InvalidImageException.Reason;
import java.util.concurrent.Semaphore;

/** What all decodes together may spend; those that do not fit now wait, in order of arrival. */
final class DecodeBudget {

  /** Counted in KiB, so that an int semaphore can hold terabytes. */
  private static final int UNIT = 1024;

  /** What JPEG and GIF can hold at most; longer PNGs would also make resizing costly. */
  private static final int MAX_SIDE = 65_535;

  private final DecodeLimits limits;
  private final int budget;
  private final Semaphore free;

  DecodeBudget(DecodeLimits limits) {
    this.limits = limits;
    this.budget = (int) Math.min(Integer.MAX_VALUE, limits.maxDecodeBytes() / UNIT);
    this.free = new Semaphore(budget, true);
  }

  /** Refuses a picture of more pixels than are accepted. */
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
          size(image) + "; at most " + limits.maxPixels() + " are accepted. Send a smaller one.");
    }
  }

  /**
   * A picture's share.
   *
   * @param bytes what it needs at its peak
   * @throws InvalidImageException when that is more than there is
   */
  int share(EncodedImage image, long bytes) throws InvalidImageException {
    long needed = units(bytes);
    if (!holds(bytes)) {
      throw new InvalidImageException(
          Reason.TOO_MUCH_MEMORY,
          size(image)
              + " and needs "
              + needed
              + " KiB to decode as "
              + image.format()
              + "; at most "
              + budget
              + " KiB are available. Send a smaller one.");
    }
    return (int) needed;
  }

  /** Whether there is that much, though not now. */
  boolean holds(long bytes) {
    return units(bytes) <= budget;
  }

  private static long units(long bytes) {
    return bytes / UNIT + 1;
  }

  private static String size(EncodedImage image) {
    return "The picture has " + image.width() + " x " + image.height() + " pixels";
  }

  /** Waits until the share is free. */
  void take(int share) {
    free.acquireUninterruptibly(share);
  }

  void giveBack(int share) {
    free.release(share);
  }
}
