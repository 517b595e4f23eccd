package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks a PNG row by row directly into the RGB result. The JDK's reader is not used because it
 * silently returns incomplete images, needs a second raster and changes gray levels.
 */
final class PngPixels {

  /** First column and row, and column and row step, of each pass of an interlaced image. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

  private final PngImage image;
  private final EncodedBytes bytes;
  private final Inflater inflater = new Inflater();
  private int chunk = PngImage.FIRST_CHUNK;

  PngPixels(PngImage image) {
    this.image = image;
    this.bytes = image.bytes();
  }

  RgbImage decode() throws InvalidImageException {
    byte[] rgb = new byte[3 * image.width() * image.height()];
    PngRowWriter writer = PngRowWriter.of(image, rgb);
    try {
      for (int[] pass : image.interlaced() ? PASSES : ONE_PASS) {
        unpack(pass, writer);
      }
    } finally {
      inflater.end();
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }

  private void unpack(int[] pass, PngRowWriter writer) throws InvalidImageException {
    int columns = (image.width() - pass[0] + pass[2] - 1) / pass[2];
    if (columns <= 0) {
      return;
    }
    int distance = Math.max(1, image.bitsPerPixel() / 8);
    byte[] row = new byte[1 + image.rowBytes(columns)];
    byte[] above = new byte[row.length];
    for (int y = pass[1]; y < image.height(); y += pass[3]) {
      inflate(row);
      unfilter(row, above, distance);
      writer.write(row, columns, y * image.width() + pass[0], pass[2]);
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  private void inflate(byte[] row) throws InvalidImageException {
    int filled = 0;
    while (filled < row.length) {
      try {
        filled += inflater.inflate(row, filled, row.length - filled);
      } catch (DataFormatException e) {
        throw bytes.corrupt("its compressed data is invalid");
      }
      if (filled < row.length) {
        if (inflater.finished() || inflater.needsDictionary()) {
          throw bytes.corrupt("it has fewer pixels than its header says");
        }
        feed();
      }
    }
  }

  /** Hands the next data chunk to the inflater. */
  private void feed() throws InvalidImageException {
    while (!bytes.hasText(chunk + 4, "IDAT")) {
      if (bytes.hasText(chunk + 4, "IEND")) {
        throw bytes.corrupt("it has fewer pixels than its header says");
      }
      chunk = checkedNext(chunk);
    }
    int next = checkedNext(chunk);
    inflater.setInput(bytes.array(), chunk + 8, next - chunk - 12);
    chunk = next;
  }

  /** Chunks with a lower-case name are not needed for decoding, so their checksum is ignored. */
  private int checkedNext(int at) throws InvalidImageException {
    int next = PngImage.nextChunk(bytes, at);
    if (bytes.u8(at + 4) < 'a') {
      CRC32 crc = new CRC32();
      crc.update(bytes.array(), at + 4, next - at - 8);
      if ((int) crc.getValue() != bytes.i32be(next - 4)) {
        throw bytes.corrupt("a checksum does not match");
      }
    }
    return next;
  }

  /** Undoes the row's filter in place; the first byte is its number, the others are samples. */
  private void unfilter(byte[] row, byte[] above, int distance) throws InvalidImageException {
    switch (row[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = 1 + distance; i < row.length; i++) {
          row[i] += row[i - distance];
        }
      }
      case 2 -> {
        for (int i = 1; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 1; i < row.length; i++) {
          int left = i > distance ? row[i - distance] & 0xff : 0;
          row[i] += (byte) ((left + (above[i] & 0xff)) / 2);
        }
      }
      case 4 -> {
        for (int i = 1; i < row.length; i++) {
          boolean first = i <= distance;
          int left = first ? 0 : row[i - distance] & 0xff;
          int corner = first ? 0 : above[i - distance] & 0xff;
          row[i] += (byte) paeth(left, above[i] & 0xff, corner);
        }
      }
      default -> throw bytes.corrupt("a row has an unknown filter");
    }
    row[0] = 0;
  }

  /** The one of the three neighbours that is nearest to left + above - corner. */
  private static int paeth(int left, int above, int corner) {
    int toLeft = Math.abs(above - corner);
    int toAbove = Math.abs(left - corner);
    int toCorner = Math.abs(left + above - 2 * corner);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return left;
    }
    return toAbove <= toCorner ? above : corner;
  }
}
