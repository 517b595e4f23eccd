package io.lynxeye.translators;

import io.lynxeye.translators.format.jpeg.JpegImage;
import io.lynxeye.translators.format.jpeg.JpegStream;
import io.lynxeye.translators.format.jpeg.ScaledJpegDecoder;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.PixelRows;
import io.lynxeye.translators.image.RgbImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes with the JDK and averages each square, or declines. */
final class FakeScaledDecoder implements ScaledJpegDecoder {

  final List<Integer> ratios = new ArrayList<>();
  int open;
  boolean inDoubt;

  @Override
  public Optional<PixelRows> decode(JpegStream jpeg, int ratio) {
    ratios.add(ratio);
    if (inDoubt) {
      return Optional.empty();
    }
    byte[] file = new byte[jpeg.length()];
    jpeg.copyTo(ByteBuffer.wrap(file));
    try {
      RgbImage small = shrink(JpegImage.parse(file).decode(), ratio);
      open++;
      return Optional.of(new Counted(small));
    } catch (InvalidImageException e) {
      return Optional.empty();
    }
  }

  private static RgbImage shrink(RgbImage image, int ratio) {
    int width = (image.width() + ratio - 1) / ratio;
    int height = (image.height() + ratio - 1) / ratio;
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = mean(image, ratio, i / 3 % width, i / 3 / width, i % 3);
    }
    return new RgbImage(width, height, rgb);
  }

  /** Repeats the last pixel beyond the edge, as in the file's last block. */
  private static byte mean(RgbImage image, int ratio, int x, int y, int channel) {
    int sum = 0;
    for (int i = 0; i < ratio * ratio; i++) {
      int column = Math.min(image.width() - 1, x * ratio + i % ratio);
      int row = Math.min(image.height() - 1, y * ratio + i / ratio);
      sum += image.rgb()[3 * (row * image.width() + column) + channel] & 0xff;
    }
    return (byte) Math.round((float) sum / (ratio * ratio));
  }

  private final class Counted implements PixelRows {

    private final RgbImage image;

    Counted(RgbImage image) {
      this.image = image;
    }

    @Override
    public int width() {
      return image.width();
    }

    @Override
    public int height() {
      return image.height();
    }

    @Override
    public void read(int row, int column, int columns, byte[] rgb) {
      image.read(row, column, columns, rgb);
    }

    @Override
    public void close() {
      open--;
    }
  }
}
