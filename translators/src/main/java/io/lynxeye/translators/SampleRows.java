package io.lynxeye.translators;

import io.lynxeye.translators.Preprocessing.Layout;
import java.nio.FloatBuffer;

/**
 * Puts the rows of a resized picture, as they are stored, where they belong in the upright sample:
 * one below the other, from below, or side by side.
 */
final class SampleRows {

  private final int width;
  private final int height;
  private final boolean planar;
  private final DecodedPicture picture;
  private final FloatBuffer out;
  private final int base;

  /** Begins at the buffer's position, and leaves that where it is. */
  SampleRows(Preprocessing preprocessing, DecodedPicture picture, FloatBuffer out) {
    this.width = preprocessing.width();
    this.height = preprocessing.height();
    this.planar = preprocessing.layout() == Layout.NCHW;
    this.picture = picture;
    this.out = out;
    this.base = out.position();
  }

  /**
   * Puts row number {@code y}.
   *
   * @param row in the {@link RowFormat} of this picture's rows
   */
  void put(int y, float[] row) {
    if (picture.isTransposed()) {
      putColumn(picture.isMirroredX() ? width - 1 - y : y, row);
    } else {
      putRow(picture.isMirroredY() ? height - 1 - y : y, row);
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
