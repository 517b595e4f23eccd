package io.lynxeye.translators;

import io.lynxeye.translators.Preprocessing.Resize;
import java.nio.BufferOverflowException;
import java.nio.FloatBuffer;

/**
 * Turns a decoded picture into the floats of one model input.
 *
 * <p>Resizes like Pillow's antialiased {@code Image.resize(..., BILINEAR)}, but without rounding to
 * 8 bits in between, so that samples differ from Pillow's by less than 1 of 255; only the pixels
 * inside the crop are computed. A picture that already has the wanted size keeps its exact samples.
 * Immutable and thread-safe.
 */
public final class ImagePreprocessor {

  /** One axis of the resized picture: how long it is, and where the crop begins. */
  private record Side(long length, long start) {}

  /** How much longer than wanted, at least, decoded sides are; measured by FaithfulnessBench. */
  private static final double SPARE = 2;

  private final Preprocessing preprocessing;

  /** Creates a preprocessor for one model. */
  public ImagePreprocessor(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  /** Floats per sample. */
  public int sampleFloats() {
    return preprocessing.sampleFloats();
  }

  /**
   * Writes one sample, {@link Preprocessing#sampleFloats()} floats, at the buffer's position and
   * advances the position past it.
   *
   * @param out direct or on the heap
   * @throws java.nio.BufferOverflowException when the buffer has fewer floats left
   */
  public void preprocess(RgbImage image, FloatBuffer out) {
    preprocess(DecodedPicture.upright(image), new ResizeScratch(), out);
  }

  /**
   * Makes one sample.
   *
   * @return a new array of {@link Preprocessing#sampleFloats()} floats
   */
  public float[] preprocess(RgbImage image) {
    float[] sample = new float[sampleFloats()];
    preprocess(image, FloatBuffer.wrap(sample));
    return sample;
  }

  /**
   * The most pixels one decoded pixel may stand for, along each axis, so that both sides are still
   * long enough to be shrunk to what the model wants: 1, 2, 4 or 8.
   */
  int ratio(EncodedImage picture) {
    int ratio = 8;
    while (ratio > 1
        && (picture.width() < ratio * SPARE * resizedColumns(picture)
            || picture.height() < ratio * SPARE * resizedRows(picture))) {
      ratio /= 2;
    }
    return ratio;
  }

  /** What {@link #preprocess} takes besides picture and sample, in bytes; rather too much. */
  long workingBytes(EncodedImage picture, int ratio) {
    double shrunk = (double) picture.height() / ratio / resizedRows(picture);
    long taps = 2 * (long) Math.ceil(Math.max(1, shrunk)) + 1;
    int longest = Math.max(preprocessing.width(), preprocessing.height());
    return ResizeScratch.bytes(picture.width() / ratio + 1, taps, longest);
  }

  private long resizedColumns(EncodedImage stored) {
    boolean transposed = ExifOrientation.isTransposed(stored.orientation());
    return resizedSide(stored.width(), stored.height(), !transposed);
  }

  private long resizedRows(EncodedImage stored) {
    boolean transposed = ExifOrientation.isTransposed(stored.orientation());
    return resizedSide(stored.height(), stored.width(), transposed);
  }

  /** Turns upright on the way. */
  void preprocess(DecodedPicture picture, ResizeScratch scratch, FloatBuffer out) {
    if (out.remaining() < sampleFloats()) {
      throw new BufferOverflowException();
    }
    PixelRows source = picture.rows();
    ResizeTaps columns = taps(picture, source.width(), !picture.isTransposed());
    ResizeTaps rows = taps(picture, source.height(), picture.isTransposed());
    int needed = columns.end() - columns.begin();
    scratch.fit(needed, rows.most(), columns.length());
    RowMixer mixer = new RowMixer(source, rows, columns.begin(), needed, scratch);
    boolean mirrored = picture.isTransposed() ? picture.isMirroredY() : picture.isMirroredX();
    RowFormat format = RowFormat.of(preprocessing, columns.length(), mirrored);
    SampleRows sample = new SampleRows(preprocessing, picture, out);
    for (int y = 0; y < rows.length(); y++) {
      columns.resizeRow(mixer.mix(y), format, scratch.resized());
      sample.put(y, scratch.resized());
    }
    out.position(out.position() + sampleFloats());
  }

  /** What becomes the sample's columns ({@code x}) or rows, in the order it is stored in. */
  private ResizeTaps taps(DecodedPicture picture, int samples, boolean x) {
    boolean transposed = picture.isTransposed();
    int shownWidth = transposed ? picture.height() : picture.width();
    int shownHeight = transposed ? picture.width() : picture.height();
    Side side = x ? side(shownWidth, shownHeight, true) : side(shownHeight, shownWidth, false);
    int length = x ? preprocessing.width() : preprocessing.height();
    boolean mirrored = x ? picture.isMirroredX() : picture.isMirroredY();
    return new ResizeTaps(
        samples,
        (double) (x ? shownWidth : shownHeight) / picture.ratio(),
        side.length,
        mirrored ? side.length - side.start - length : side.start,
        length);
  }

  private Side side(int side, int other, boolean isWidth) {
    long length = resizedSide(side, other, isWidth);
    int wanted = isWidth ? preprocessing.width() : preprocessing.height();
    // Centred, halves rounded to even as torchvision does.
    return new Side(length, (long) Math.rint((length - wanted) / 2.0));
  }

  /** One side of the resized picture, in pixels; may be huge for pictures a pixel wide. */
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
