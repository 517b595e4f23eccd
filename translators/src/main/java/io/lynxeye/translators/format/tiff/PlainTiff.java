package io.lynxeye.translators.format.tiff;

import io.lynxeye.translators.format.jpeg.JpegStream;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.TiffDirectory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file that the reader gets: the file as sent; behind its end, JPEGs that state their colour
 * encoding, if there are any; and one directory of the tags that matter, with the lengths that
 * strips and tiles have been found to have.
 */
final class PlainTiff {

  private static final short LONG = 4;

  private final TiffImage image;
  private final byte[] data;
  private final TiffDirectory directory;

  PlainTiff(TiffImage image) {
    this.image = image;
    this.data = image.bytes().array();
    this.directory = image.directory();
  }

  byte[] bytes() throws InvalidImageException {
    TiffSegments segments = image.segments();
    boolean tiled = directory.field(TiffTag.TILE_WIDTH.code).isPresent();
    int end = data.length + data.length % 2;
    int[] lengths = segments.lengths().clone();
    Map<TiffTag, int[]> replaced = new EnumMap<>(TiffTag.class);
    replaced.put(tiled ? TiffTag.TILE_BYTE_COUNTS : TiffTag.STRIP_BYTE_COUNTS, lengths);
    List<JpegStream> jpegs = segments.streams();
    int[] offsets = new int[jpegs.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = end;
      lengths[i] = jpegs.get(i).length();
      end += lengths[i] + lengths[i] % 2;
    }
    if (segments.isJpeg()) {
      replaced.put(tiled ? TiffTag.TILE_OFFSETS : TiffTag.STRIP_OFFSETS, offsets);
    }
    int values = 4 * (offsets.length + lengths.length);
    int most = end + values + 2 + TiffDirectory.ENTRY_BYTES * TiffTag.values().length + 4;
    ByteBuffer file =
        ByteBuffer.wrap(Arrays.copyOf(data, most))
            .order(directory.isLittleEndian() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    for (int i = 0; i < offsets.length; i++) {
      jpegs.get(i).copyTo(file.position(offsets[i]));
    }
    writeDirectory(file, end, end + values, replaced);
    return file.array();
  }

  /**
   * Writes the tags in ascending order, as the format wants it.
   *
   * @param values position of the values of replaced tags
   * @param at position of the directory
   */
  private void writeDirectory(ByteBuffer file, int values, int at, Map<TiffTag, int[]> replaced)
      throws InvalidImageException {
    file.putInt(4, at).position(at + 2);
    short count = 0;
    int next = values;
    for (TiffTag tag : TiffTag.values()) {
      Optional<TiffDirectory.Field> field = directory.field(tag.code);
      boolean passed = tag != TiffTag.PREDICTOR || image.segments().hasPredictor();
      if (replaced.containsKey(tag)) {
        int[] numbers = replaced.get(tag);
        file.putShort((short) tag.code).putShort(LONG).putInt(numbers.length);
        file.putInt(numbers.length == 1 ? numbers[0] : next);
        for (int number : numbers) {
          file.putInt(next, number);
          next += 4;
        }
        count++;
      } else if (tag.maxCount > 0 && passed && field.isPresent()) {
        checkLength(tag, field.get());
        file.put(data, field.get().entry(), TiffDirectory.ENTRY_BYTES);
        count++;
      }
    }
    file.putShort(at, count);
  }

  private void checkLength(TiffTag tag, TiffDirectory.Field field) throws InvalidImageException {
    if (field.count() > tag.maxCount) {
      throw image.bytes().corrupt("a tag has too many values");
    }
    image.bytes().require(field.position(), field.length());
  }
}
