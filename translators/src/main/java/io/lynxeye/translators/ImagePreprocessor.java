package io.lynxeye.translators;

import io.lynxeye.translators.Preprocessing.Channel;
import io.lynxeye.translators.Preprocessing.ChannelOrder;
import io.lynxeye.translators.Preprocessing.Layout;
import io.lynxeye.translators.Preprocessing.Resize;
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

  private final Preprocessing preprocessing;

  /** Creates a preprocessor for one model. */
  public ImagePreprocessor(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  /**
   * Writes one sample, {@link Preprocessing#sampleFloats()} floats, at the buffer's position and
   * advances the position past it.
   *
   * @param out direct or on the heap
   * @throws java.nio.BufferOverflowException when the buffer has fewer floats left
   */
  public void preprocess(RgbImage image, FloatBuffer out) {
    out.put(preprocess(image));
  }

  /**
   * Makes one sample.
   *
   * @return a new array of {@link Preprocessing#sampleFloats()} floats
   */
  public float[] preprocess(RgbImage image) {
    long toWidth = resizedSide(image.width(), image.height(), true);
    long toHeight = resizedSide(image.height(), image.width(), false);
    int width = preprocessing.width();
    int height = preprocessing.height();
    ResizeTaps columns = new ResizeTaps(image.width(), toWidth, start(toWidth, width), width);
    ResizeTaps rows = new ResizeTaps(image.height(), toHeight, start(toHeight, height), height);
    return arrange(resize(image, columns, rows));
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

  /** Where the crop begins: centred, halves rounded to even as torchvision does. */
  private static long start(long resized, int wanted) {
    return (long) Math.rint((resized - wanted) / 2.0);
  }

  /** The pixels of the crop, RGB row by row, 0 to 255. */
  private static float[] resize(RgbImage image, ResizeTaps columns, ResizeTaps rows) {
    int rowFloats = 3 * columns.length();
    float[] result = new float[rowFloats * rows.length()];
    float[] row = new float[rowFloats];
    int oldest = 0;
    for (int source = 0; source < image.height(); source++) {
      while (oldest < rows.length() && rows.end(oldest) <= source) {
        oldest++;
      }
      if (oldest == rows.length()) {
        break;
      }
      if (rows.first(oldest) > source) {
        continue;
      }
      columns.resizeRow(image.rgb(), 3 * image.width() * source, row);
      for (int y = oldest; y < rows.length() && rows.first(y) <= source; y++) {
        add(row, rows.weight(y, source), result, y * rowFloats);
      }
    }
    return result;
  }

  private static void add(float[] row, float weight, float[] result, int offset) {
    for (int i = 0; i < row.length; i++) {
      result[offset + i] += weight * row[i];
    }
  }

  /** Normalises, and puts the channels where the model wants them; in place where it can be. */
  private float[] arrange(float[] rgb) {
    Channel red = preprocessing.channels().get(0);
    Channel green = preprocessing.channels().get(1);
    Channel blue = preprocessing.channels().get(2);
    boolean planar = preprocessing.layout() == Layout.NCHW;
    float[] sample = planar ? new float[rgb.length] : rgb;
    int pixelStep = planar ? 1 : 3;
    int channelStep = planar ? rgb.length / 3 : 1;
    boolean reversed = preprocessing.channelOrder() == ChannelOrder.BGR;
    int toRed = reversed ? 2 * channelStep : 0;
    int toBlue = 2 * channelStep - toRed;
    for (int in = 0, to = 0; in < rgb.length; in += 3, to += pixelStep) {
      float r = rgb[in] * red.scale() + red.offset();
      float g = rgb[in + 1] * green.scale() + green.offset();
      float b = rgb[in + 2] * blue.scale() + blue.offset();
      sample[to + toRed] = r;
      sample[to + channelStep] = g;
      sample[to + toBlue] = b;
    }
    return sample;
  }
}
