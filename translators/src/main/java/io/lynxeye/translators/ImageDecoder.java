package io.lynxeye.translators;

import io.lynxeye.translators.format.ImageFormats;
import io.lynxeye.translators.format.jpeg.JpegImage;
import io.lynxeye.translators.format.jpeg.JpegStream;
import io.lynxeye.translators.format.jpeg.ScaledJpegDecoder;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.ExifOrientation;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.PixelRows;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.preprocess.DecodedImage;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.ResizeScratch;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decodes images to pixels: JPEG (baseline and progressive; gray, RGB, CMYK), PNG, GIF (first
 * frame), BMP, TIFF (first page) and WebP, recognised by content.
 *
 * <p>The result is upright (EXIF orientation, otherwise XMP's), has 8 bits per channel (the high
 * byte of 16) and is composited on white where the image is transparent. Colour profiles are
 * ignored. An image that lacks a pixel is refused rather than decoded in part; what follows the
 * last pixel does not matter.
 *
 * <p>Size and memory are checked by the header, before any pixel is decoded. All decodes of one
 * decoder share one memory budget: a decode that does not fit now waits, in order of arrival, until
 * others end. Thread-safe; share one per process.
 */
public final class ImageDecoder {

  /** A larger scratch is needed only for rare images and is not kept. */
  private static final long MAX_SPARE_BYTES = 1 << 20;

  private final DecodeBudget budget;
  private final Optional<ScaledJpegDecoder> scaled;
  private final BufferPool<ResizeScratch> scratches = new BufferPool<>(ResizeScratch::new);

  /** Creates a decoder with its own budget, which reads JPEGs with the JDK. */
  public ImageDecoder(DecodeLimits limits) {
    this(limits, Optional.empty());
  }

  /**
   * Creates a decoder with its own budget.
   *
   * @param scaled tried first on JPEGs that are decoded for a preprocessor
   */
  public ImageDecoder(DecodeLimits limits, Optional<ScaledJpegDecoder> scaled) {
    this.budget = new DecodeBudget(limits);
    this.scaled = scaled;
  }

  /**
   * Decodes an image; the memory of the result counts against the budget only until this returns.
   *
   * @param bytes one encoded image; not changed
   * @throws InvalidImageException when the bytes cannot or must not be decoded
   */
  public RgbImage decode(byte[] bytes) throws InvalidImageException {
    return decode(bytes, Function.identity());
  }

  /**
   * Decodes an image and passes it to {@code use}, on this thread; its memory counts against the
   * budget until {@code use} returns. This keeps the images of all threads together within the
   * budget, as long as {@code use} does not let its image escape.
   *
   * @param bytes one encoded image; not changed
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
   * Decodes an image to no more pixels than needed, and writes the model input.
   *
   * @param bytes one encoded image; not changed
   * @param input receives the floats from its position on; the position advances past them
   * @throws InvalidImageException when the bytes cannot or must not be decoded; then the position
   *     has not moved
   * @throws java.nio.BufferOverflowException when the buffer has fewer floats left
   */
  public void decode(byte[] bytes, ImagePreprocessor preprocessor, FloatBuffer input)
      throws InvalidImageException {
    EncodedImage image = open(bytes);
    boolean done =
        scaled.isPresent()
            && image instanceof JpegImage jpeg
            && jpeg.isScalable()
            && decodeScaled(scaled.get(), jpeg, preprocessor, input);
    if (!done) {
      decodeWhole(image, preprocessor, input);
    }
  }

  private EncodedImage open(byte[] bytes) throws InvalidImageException {
    EncodedImage image = ImageFormats.open(Objects.requireNonNull(bytes, "bytes"));
    budget.checkPixels(image);
    return image;
  }

  /** False when the decoder is uncertain; the input may then be partly written. */
  private boolean decodeScaled(
      ScaledJpegDecoder decoder, JpegImage jpeg, ImagePreprocessor preprocessor, FloatBuffer input)
      throws InvalidImageException {
    int ratio = preprocessor.ratio(jpeg);
    long bytes = jpeg.scaledBytes(ratio) + preprocessor.workingBytes(jpeg, ratio);
    int share = budget.share(jpeg, bytes);
    budget.take(share);
    try {
      Optional<PixelRows> decoded = decoder.decode(JpegStream.of(jpeg), ratio);
      if (decoded.isEmpty()) {
        if (!budget.holds(wholeBytes(jpeg, preprocessor))) { // Not a matter of its size.
          throw jpeg.bytes().corrupt("part of its pixels cannot be decoded");
        }
        return false;
      }
      try (PixelRows rows = decoded.get()) {
        resize(jpeg, rows, ratio, preprocessor, input);
      }
      return true;
    } finally {
      budget.giveBack(share);
    }
  }

  private static long wholeBytes(EncodedImage image, ImagePreprocessor preprocessor)
      throws InvalidImageException {
    long pixels = (long) image.width() * image.height();
    return 3 * pixels + image.workingBytes() + preprocessor.workingBytes(image, 1);
  }

  private void decodeWhole(EncodedImage image, ImagePreprocessor preprocessor, FloatBuffer input)
      throws InvalidImageException {
    int share = budget.share(image, wholeBytes(image, preprocessor));
    budget.take(share);
    try {
      resize(image, image.decode(), 1, preprocessor, input);
    } finally {
      budget.giveBack(share);
    }
  }

  private void resize(
      EncodedImage image,
      PixelRows rows,
      int ratio,
      ImagePreprocessor preprocessor,
      FloatBuffer input) {
    DecodedImage decoded =
        new DecodedImage(rows, image.width(), image.height(), ratio, image.orientation());
    ResizeScratch scratch = scratches.take();
    preprocessor.preprocess(decoded, scratch, input);
    if (scratch.bytes() <= MAX_SPARE_BYTES) {
      scratches.giveBack(scratch);
    }
  }

  /**
   * Refuses what {@link #decode} would refuse because of the header, without decoding a pixel: for
   * models that decode images themselves.
   *
   * @param bytes one encoded image; not changed
   * @throws InvalidImageException when the header shows that the bytes cannot or must not be
   *     decoded
   */
  public void checkHeader(byte[] bytes) throws InvalidImageException {
    EncodedImage image = open(bytes);
    budget.share(image, fullBytes(image));
  }

  /** Memory for decoding to an upright image of full size. */
  private static long fullBytes(EncodedImage image) throws InvalidImageException {
    int copies = image.orientation() == 1 ? 1 : 2;
    return 3L * image.width() * image.height() * copies + image.workingBytes();
  }
}
