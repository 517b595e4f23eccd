package io.lynxeye.translators.format.tiff;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Makes TIFF files of one directory: a test states each tag, so that the file can be any. */
final class TiffFile {

  private static final int SHORT = 3;
  private static final int LONG = 4;

  private final Map<Integer, int[]> tags = new TreeMap<>();
  private final ByteOrder order;
  private final byte[][] segments;

  /** A file of strips or tiles, each as stored. */
  TiffFile(ByteOrder order, byte[]... segments) {
    this.order = order;
    this.segments = segments;
  }

  /** Sets a tag to values of up to 32 bits; without values, removes it. */
  TiffFile set(TiffTag tag, int... values) {
    return set(tag.code, values);
  }

  TiffFile set(int tag, int... values) {
    if (values.length == 0) {
      tags.remove(tag);
    } else {
      tags.put(tag, values);
    }
    return this;
  }

  /** Sets the tags of an uncompressed image in one strip. */
  TiffFile image(int width, int height, TiffImage.Color color, int... bits) {
    return set(TiffTag.WIDTH, width)
        .set(TiffTag.HEIGHT, height)
        .set(TiffTag.BITS_PER_SAMPLE, bits)
        .set(TiffTag.COMPRESSION, 1)
        .set(TiffTag.PHOTOMETRIC, color.code)
        .set(TiffTag.SAMPLES_PER_PIXEL, bits.length)
        .set(TiffTag.ROWS_PER_STRIP, height)
        .set(TiffTag.STRIP_OFFSETS, new int[segments.length])
        .set(TiffTag.STRIP_BYTE_COUNTS, lengths());
  }

  /** Has tiles instead of strips. */
  TiffFile tiles(int width, int height) {
    return set(TiffTag.ROWS_PER_STRIP)
        .set(TiffTag.STRIP_OFFSETS)
        .set(TiffTag.STRIP_BYTE_COUNTS)
        .set(TiffTag.TILE_WIDTH, width)
        .set(TiffTag.TILE_HEIGHT, height)
        .set(TiffTag.TILE_OFFSETS, new int[segments.length])
        .set(TiffTag.TILE_BYTE_COUNTS, lengths());
  }

  private int[] lengths() {
    int[] lengths = new int[segments.length];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = segments[i].length;
    }
    return lengths;
  }

  /** Header, segments, directory, then the values that do not fit into it. */
  byte[] bytes() {
    int stored = Arrays.stream(lengths()).sum();
    ByteBuffer file = ByteBuffer.allocate((1 << 16) + stored).order(order);
    file.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M'));
    file.put(file.get(0)).putShort((short) 42).putInt(0);
    int[] offsets = new int[segments.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = file.position();
      file.put(segments[i]);
    }
    for (TiffTag tag : new TiffTag[] {TiffTag.STRIP_OFFSETS, TiffTag.TILE_OFFSETS}) {
      int[] stated = tags.get(tag.code);
      if (stated != null && stated.length == offsets.length && stated[0] == 0) {
        tags.put(tag.code, offsets);
      }
    }
    file.position(file.position() + file.position() % 2);
    file.putInt(4, file.position());
    int values = file.position() + 2 + 12 * tags.size() + 4;
    file.putShort((short) tags.size());
    for (Map.Entry<Integer, int[]> tag : tags.entrySet()) {
      boolean isShort =
          tag.getValue().length == 3 << 8 || tag.getKey() == 258 || tag.getKey() == 338;
      int size = isShort ? 2 : 4;
      int count = tag.getValue().length;
      file.putShort(tag.getKey().shortValue()).putShort((short) (isShort ? SHORT : LONG));
      file.putInt(count);
      int next = file.position() + 4;
      if (count * size > 4) {
        file.putInt(values).position(values);
        values += count * size;
      }
      for (int value : tag.getValue()) {
        if (isShort) {
          file.putShort((short) value);
        } else {
          file.putInt(value);
        }
      }
      file.position(next);
    }
    file.putInt(0);
    byte[] result = new byte[Math.max(values, file.position())];
    file.get(0, result);
    return result;
  }
}
