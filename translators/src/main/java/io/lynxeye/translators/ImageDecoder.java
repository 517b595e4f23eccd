package io.lynxeye.translators;

import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.Optional;
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

  /** A larger one was needed for a rare picture, and is not kept. */
  private static final long MAX_SPARE_BYTES = 1 << 20;

  private final DecodeBudget budget;
  private final Optional<ScaledJpegDecoder> scaled;
  private final BufferPool<ResizeScratch> scratches = new BufferPool<>(ResizeScratch::new);

  /** Creates a decoder with a budget of its own, which reads JPEGs as the JDK does. */
  public ImageDecoder(DecodeLimits limits) {
    this(limits, Optional.empty());
  }

  /**
   * Creates a decoder with a budget of its own.
   *
   * @param scaled tried first on JPEGs that become samples
   */
  public ImageDecoder(DecodeLimits limits, Optional<ScaledJpegDecoder> scaled) {
    this.budget = new DecodeBudget(limits);
    this.scaled = scaled;
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
   * @param use what to do with the pixels
   * @return what {@code use} returned
   * @throws InvalidImageException when the bytes cannot or must not be decoded
   */
  public <R> R decode(byte[] bytes, Function<? super RgbImage, ? extends R> use)
      throws InvalidImageException {
    EncodedImage image = open(bytes);
    int share = budget.share(image, fullBytes(image));
    budget.take(share);
    try {
      return use.apply(ExifOrientation.upright(image.decode(), image.orientation()));
    } finally {
      budget.giveBack(share);
    }
  }

  /**
   * Decodes a picture to no more pixels than its sample needs, and makes the sample.
   *
   * @param bytes one encoded picture; not changed
   * @param sample where the sample's floats go, from the position on; the position comes to stand
   *     after them
   * @throws InvalidImageException when the bytes cannot or must not be decoded; then the position
   *     has not moved
   * @throws java.nio.BufferOverflowException when the buffer has fewer floats left
   */
  public void decode(byte[] bytes, ImagePreprocessor preprocessor, FloatBuffer sample)
      throws InvalidImageException {
    EncodedImage image = open(bytes);
    boolean done =
        scaled.isPresent()
            && image instanceof JpegImage jpeg
            && jpeg.isScalable()
            && decodeScaled(scaled.get(), jpeg, preprocessor, sample);
    if (!done) {
      decodeWhole(image, preprocessor, sample);
    }
  }

  private EncodedImage open(byte[] bytes) throws InvalidImageException {
    EncodedImage image = ImageFormats.open(Objects.requireNonNull(bytes, "bytes"));
    budget.checkPixels(image);
    return image;
  }

  /** False when the decoder is in doubt; the sample may then have been begun. */
  private boolean decodeScaled(
      ScaledJpegDecoder decoder, JpegImage jpeg, ImagePreprocessor preprocessor, FloatBuffer sample)
      throws InvalidImageException {
    int ratio = preprocessor.ratio(jpeg);
    long bytes = jpeg.scaledBytes(ratio) + preprocessor.workingBytes(jpeg, ratio);
    int share = budget.share(jpeg, bytes);
    budget.take(share);
    try {
      Optional<PixelRows> decoded = decoder.decode(JpegStream.of(jpeg), ratio);
      if (decoded.isEmpty()) {
        if (!budget.holds(wholeBytes(jpeg, preprocessor))) { // Its size is not what is wrong.
          throw jpeg.bytes().corrupt("part of its pixels cannot be decoded");
        }
        return false;
      }
      try (PixelRows rows = decoded.get()) {
        resize(jpeg, rows, ratio, preprocessor, sample);
      }
      return true;
    } finally {
      budget.giveBack(share);
    }
  }

  private static long wholeBytes(EncodedImage image, ImagePreprocessor preprocessor) {
    long pixels = (long) image.width() * image.height();
    return 3 * pixels + image.workingBytes() + preprocessor.workingBytes(image, 1);
  }

  private void decodeWhole(EncodedImage image, ImagePreprocessor preprocessor, FloatBuffer sample)
      throws InvalidImageException {
    int share = budget.share(image, wholeBytes(image, preprocessor));
    budget.take(share);
    try {
      resize(image, image.decode(), 1, preprocessor, sample);
    } finally {
      budget.giveBack(share);
    }
  }

  private void resize(
      EncodedImage image,
      PixelRows rows,
      int ratio,
      ImagePreprocessor preprocessor,
      FloatBuffer sample) {
    DecodedPicture picture =
        new DecodedPicture(rows, image.width(), image.height(), ratio, image.orientation());
    ResizeScratch scratch = scratches.take();
    preprocessor.preprocess(picture, scratch, sample);
    if (scratch.bytes() <= MAX_SPARE_BYTES) {
      scratches.giveBack(scratch);
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
    EncodedImage image = open(bytes);
    budget.share(image, fullBytes(image));
  }

  /** What decoding to an upright picture of full size takes. */
  private static long fullBytes(EncodedImage image) {
    int copies = image.orientation() == 1 ? 1 : 2;
    return 3L * image.width() * image.height() * copies + image.workingBytes();
  }
}
