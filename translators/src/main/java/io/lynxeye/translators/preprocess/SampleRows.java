package io.lynxeye.translators.preprocess;

import io.lynxeye.translators.preprocess.Preprocessing.Layout;
import java.nio.FloatBuffer;

/**
 * Writes the rows of a resized image, in stored order, to their positions in the upright model
 * input: downwards, upwards or as columns.
 */
final class SampleRows {

  private final int width;
  private final int height;
  private final boolean planar;
  private final DecodedImage decoded;
  private final FloatBuffer out;
  private final int base;

  /** Writes from the buffer's position on, but does not advance it. */
  SampleRows(Preprocessing preprocessing, DecodedImage decoded, FloatBuffer out) {
    this.width = preprocessing.width();
    this.height = preprocessing.height();
    this.planar = preprocessing.layout() == Layout.NCHW;
    this.decoded = decoded;
    this.out = out;
    this.base = out.position();
  }

  /**
   * Writes row number {@code y}.
   *
   * @param row in the {@link RowFormat} of this image's rows
   */
  void put(int y, float[] row) {
    if (decoded.isTransposed()) {
      putColumn(decoded.isMirroredX() ? width - 1 - y : y, row);
    } else {
      putRow(decoded.isMirroredY() ? height - 1 - y : y, row);
    }
  }

  private void putRow(int y, float[] row) {
    if (!planar) {
      out.put(base + 3 * width * y, row, 0, 3 * width);
      return;
    }
    for (int c = 0; c < 3; c++) {
      out.put(base + (c * height + y) * width, row, c * width, width);
    }
  }

  private void putColumn(int x, float[] column) {
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < 3; c++) {
        if (planar) {
          out.put(base + (c * height + y) * width + x, column[c * height + y]);
        } else {
          out.put(base + 3 * (y * width + x) + c, column[3 * y + c]);
        }
      }
    }
  }
}
