package io.lynxeye.translators;

import io.lynxeye.translators.InvalidImageException.Reason;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Turns an encoded picture into pixels: JPEG (baseline and progressive; gray, RGB, CMYK), PNG, GIF
 * (first frame), BMP and WebP, recognised by content.
 *
 * <p>The picture comes out upright (EXIF orientation), in 8 bits per channel (the high byte of 16),
 * composited on white where it is transparent. Colour profiles are ignored. A picture that is cut
 * off or damaged is refused rather than decoded in part.
 *
 * <p>Size and memory are judged from the header, before any pixel is decoded. All decodes of one
 * decoder share one memory budget: a decode that does not fit now waits, in order of arrival, until
 * others end. Thread-safe; share one per process.
 */
public final class ImageDecoder {

  /** The budget is counted in KiB, so that an int semaphore can hold terabytes. */
  private static final int UNIT = 1024;

  /** What JPEG and GIF can hold at most; longer PNGs would also make resizing costly. */
  private static final int MAX_SIDE = 65_535;

  private final DecodeLimits limits;
  private final int budget;
  private final Semaphore free;

  /** Creates a decoder with a budget of its own. */
  public ImageDecoder(DecodeLimits limits) {
    this.limits = limits;
    this.budget = (int) Math.min(Integer.MAX_VALUE, limits.maxDecodeBytes() / UNIT);
    this.free = new Semaphore(budget, true);
  }

  /**
   * Decodes a picture; the memory of the result counts against the budget only until this returns.
   *
   * @param bytes one encoded picture; not changed
   * @throws InvalidImageException when the bytes cannot or must not be decoded
   */
  public RgbImage decode(byte[] bytes) throws InvalidImageException {
    return decode(bytes, Function.identity());
  }

  /**
   * Decodes a picture and hands it to {@code use}, on this thread; its memory counts against the
   * budget until {@code use} returns. Where several threads decode, this is what keeps all pictures
   * together within the budget, as long as {@code use} does not let its picture escape.
   *
   * @param bytes one encoded picture; not changed
   * @param use what to do with the pixels, such as to preprocess them
   * @return what {@code use} returned
   * @throws InvalidImageException when the bytes cannot or must not be decoded
   */
  public <R> R decode(byte[] bytes, Function<? super RgbImage, ? extends R> use)
      throws InvalidImageException {
    EncodedImage image = ImageFormats.open(Objects.requireNonNull(bytes, "bytes"));
    int share = share(image);
    free.acquireUninterruptibly(share);
    try {
      return use.apply(ExifOrientation.upright(image.decode(), image.orientation()));
    } finally {
      free.release(share);
    }
  }

  /**
   * Refuses what {@link #decode} would refuse by its header alone, without decoding a pixel: for
   * models that decode in their own graph.
   *
   * @param bytes one encoded picture; not changed
   * @throws InvalidImageException when the header tells that the bytes cannot or must not be
   *     decoded
   */
  public void checkHeader(byte[] bytes) throws InvalidImageException {
    share(ImageFormats.open(Objects.requireNonNull(bytes, "bytes")));
  }

  /** How much of the budget the picture needs. */
  private int share(EncodedImage image) throws InvalidImageException {
    long pixels = (long) image.width() * image.height();
    String size = "The picture has " + image.width() + " x " + image.height() + " pixels";
    if (Math.max(image.width(), image.height()) > MAX_SIDE) {
      throw new InvalidImageException(
          Reason.TOO_MANY_PIXELS,
          size + "; no side may exceed " + MAX_SIDE + ". Send a smaller one.");
    }
    if (pixels > limits.maxPixels() || 3 * pixels > Integer.MAX_VALUE - 8) {
      throw new InvalidImageException(
          Reason.TOO_MANY_PIXELS,
          size + "; at most " + limits.maxPixels() + " are accepted. Send a smaller one.");
    }
    long results = image.orientation() == 1 ? 1 : 2;
    long needed = (3 * pixels * results + image.workingBytes()) / UNIT + 1;
    if (needed > budget) {
      throw new InvalidImageException(
          Reason.TOO_MUCH_MEMORY,
          size
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
}
