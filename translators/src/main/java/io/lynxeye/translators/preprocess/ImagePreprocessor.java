package io.lynxeye.translators.preprocess;

import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.ExifOrientation;
import io.lynxeye.translators.image.PixelRows;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.preprocess.Preprocessing.Resize;
import java.nio.BufferOverflowException;
import java.nio.FloatBuffer;

/**
 * Converts a decoded image to the floats of one model input.
 *
 * <p>Resizes like Pillow's antialiased {@code Image.resize(..., BILINEAR)}, but without rounding to
 * 8 bits in between, so that values differ from Pillow's by less than 1 of 255; only the pixels
 * inside the crop are computed. An image that already has the target size keeps its exact values.
 * Immutable and thread-safe.
 */
public final class ImagePreprocessor {

  /** One axis of the resized image: its length and the start of the crop. */
  private record Side(long length, long start) {}

  /** Decoded sides are at least this many times the target; decision 0028 has the measurement. */
  private static final double MIN_OVERSIZE = 2;

  private final Preprocessing preprocessing;

  /** Creates a preprocessor for one model. */
  public ImagePreprocessor(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  /** Floats per input. */
  public int sampleFloats() {
    return preprocessing.sampleFloats();
  }

  /**
   * Writes one input, {@link Preprocessing#sampleFloats()} floats, at the buffer's position and
   * advances the position past it.
   *
   * @param out direct or on the heap
   * @throws java.nio.BufferOverflowException when the buffer has fewer floats left
   */
  public void preprocess(RgbImage image, FloatBuffer out) {
    preprocess(DecodedImage.upright(image), new ResizeScratch(), out);
  }

  /**
   * Converts one image.
   *
   * @return a new array of {@link Preprocessing#sampleFloats()} floats
   */
  public float[] preprocess(RgbImage image) {
    float[] input = new float[sampleFloats()];
    preprocess(image, FloatBuffer.wrap(input));
    return input;
  }

  /**
   * The largest fraction to which an image can be decoded, so that both sides are still long enough
   * to be shrunk to the model's size: 1, 2, 4 or 8 stored pixels per decoded pixel along each axis.
   */
  public int ratio(EncodedImage image) {
    int ratio = 8;
    while (ratio > 1
        && (image.width() < ratio * MIN_OVERSIZE * resizedColumns(image)
            || image.height() < ratio * MIN_OVERSIZE * resizedRows(image))) {
      ratio /= 2;
    }
    return ratio;
  }

  /** An upper estimate of what {@link #preprocess} allocates besides its result, in bytes. */
  public long workingBytes(EncodedImage image, int ratio) {
    double shrunk = (double) image.height() / ratio / resizedRows(image);
    long taps = 2 * (long) Math.ceil(Math.max(1, shrunk)) + 1;
    int longest = Math.max(preprocessing.width(), preprocessing.height());
    return ResizeScratch.bytes(image.width() / ratio + 1, taps, longest);
  }

  private long resizedColumns(EncodedImage stored) {
    boolean transposed = ExifOrientation.isTransposed(stored.orientation());
    return resizedSide(stored.width(), stored.height(), !transposed);
  }

  private long resizedRows(EncodedImage stored) {
    boolean transposed = ExifOrientation.isTransposed(stored.orientation());
    return resizedSide(stored.height(), stored.width(), transposed);
  }

  /**
   * Writes one input and turns the image upright on the way.
   *
   * @param scratch reusable; for one thread at a time
   */
  public void preprocess(DecodedImage decoded, ResizeScratch scratch, FloatBuffer out) {
    if (out.remaining() < sampleFloats()) {
      throw new BufferOverflowException();
    }
    PixelRows source = decoded.rows();
    ResizeTaps columns = taps(decoded, source.width(), !decoded.isTransposed());
    ResizeTaps rows = taps(decoded, source.height(), decoded.isTransposed());
    int needed = columns.end() - columns.begin();
    scratch.fit(needed, rows.most(), columns.length());
    RowMixer mixer = new RowMixer(source, rows, columns.begin(), needed, scratch);
    boolean mirrored = decoded.isTransposed() ? decoded.isMirroredY() : decoded.isMirroredX();
    RowFormat format = RowFormat.of(preprocessing, columns.length(), mirrored);
    SampleRows input = new SampleRows(preprocessing, decoded, out);
    for (int y = 0; y < rows.length(); y++) {
      columns.resizeRow(mixer.mix(y), format, scratch.resized());
      input.put(y, scratch.resized());
    }
    out.position(out.position() + sampleFloats());
  }

  /** Resizing to the input's columns ({@code x}) or rows, in stored order. */
  private ResizeTaps taps(DecodedImage decoded, int samples, boolean x) {
    boolean transposed = decoded.isTransposed();
    int shownWidth = transposed ? decoded.height() : decoded.width();
    int shownHeight = transposed ? decoded.width() : decoded.height();
    Side side = x ? side(shownWidth, shownHeight, true) : side(shownHeight, shownWidth, false);
    int length = x ? preprocessing.width() : preprocessing.height();
    boolean mirrored = x ? decoded.isMirroredX() : decoded.isMirroredY();
    return new ResizeTaps(
        samples,
        (double) (x ? shownWidth : shownHeight) / decoded.ratio(),
        side.length,
        mirrored ? side.length - side.start - length : side.start,
        length);
  }

  private Side side(int side, int other, boolean isWidth) {
    long length = resizedSide(side, other, isWidth);
    int target = isWidth ? preprocessing.width() : preprocessing.height();
    // Centred, halves rounded to even as torchvision does.
    return new Side(length, (long) Math.rint((length - target) / 2.0));
  }

  /** One side of the resized image, in pixels; may be huge for images one pixel wide. */
  private long resizedSide(int side, int other, boolean isWidth) {
    Resize resize = preprocessing.resize();
    if (resize instanceof Resize.Exact exact) {
      return isWidth ? exact.width() : exact.height();
    }
    if (resize instanceof Resize.ShortSide shortSide) {
      return side <= other ? shortSide.pixels() : (long) shortSide.pixels() * side / other;
    }
    return side;
  }
}
