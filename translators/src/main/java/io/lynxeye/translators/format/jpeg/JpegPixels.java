package io.lynxeye.translators.format.jpeg;

import io.lynxeye.translators.image.ByteArrayImageInput;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.JdkReaders;
import io.lynxeye.translators.image.RgbImage;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;

/** Decodes a parsed JPEG with the JDK's own reader. */
final class JpegPixels {

  private static final ImageReaderSpi READER = JdkReaders.of("jpeg");
  private static final ComponentColorModel RGB =
      new ComponentColorModel(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          false,
          false,
          ComponentColorModel.OPAQUE,
          DataBuffer.TYPE_BYTE);

  /**
   * Harmless warnings; all others mean lost pixels. The reader reports only the first warning, so a
   * harmless one must not be able to hide a harmful one: bytes before the end marker are the last
   * possible warning, and odd scan parameters were never seen together with damage.
   */
  private static final Pattern LAST = Pattern.compile("extraneous bytes before marker 0xd9");

  private static final Pattern ODD_SCAN = Pattern.compile("Invalid SOS parameters");

  private JpegPixels() {}

  static RgbImage decode(JpegImage image) throws InvalidImageException {
    JpegEnd end = JpegEnd.find(image);
    JpegStream stream = JpegStream.of(image, end);
    byte[] file = new byte[stream.length()];
    stream.copyTo(ByteBuffer.wrap(file));
    List<String> warnings = new ArrayList<>();
    RgbImage decoded;
    try {
      ImageReader reader = READER.createReaderInstance();
      try {
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        reader.setInput(new ByteArrayImageInput(file), true, true);
        decoded = read(reader, image);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw image.bytes().corrupt("its data cannot be decoded");
    }
    for (String warning : warnings) {
      boolean harmless =
          LAST.matcher(warning).find() || (end.marked() && ODD_SCAN.matcher(warning).find());
      if (!harmless) {
        throw end.marked()
            ? image.bytes().corrupt("part of its pixels cannot be decoded")
            : InvalidImageException.truncated(image.bytes().format());
      }
    }
    return decoded;
  }

  private static RgbImage read(ImageReader reader, JpegImage image) throws IOException {
    int width = image.width();
    int height = image.height();
    byte[] rgb = new byte[3 * width * height];
    switch (image.color()) {
      case RGB, YCBCR -> {
        WritableRaster raster =
            Raster.createInterleavedRaster(
                new DataBufferByte(rgb, rgb.length),
                width,
                height,
                3 * width,
                3,
                new int[] {0, 1, 2},
                null);
        ImageReadParam param = reader.getDefaultReadParam();
        param.setDestination(new BufferedImage(RGB, raster, false, null));
        reader.read(0, param);
      }
      case GRAY -> grayToRgb(samples(reader), rgb);
      case CMYK -> cmykToRgb(samples(reader), rgb);
      case YCCK -> {
        byte[] samples = samples(reader);
        ycckToCmyk(samples);
        cmykToRgb(samples, rgb);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static byte[] samples(ImageReader reader) throws IOException {
    return ((DataBufferByte) reader.readRaster(0, null).getDataBuffer()).getData();
  }

  private static void grayToRgb(byte[] gray, byte[] rgb) {
    for (int i = 0; i < gray.length; i++) {
      rgb[3 * i] = gray[i];
      rgb[3 * i + 1] = gray[i];
      rgb[3 * i + 2] = gray[i];
    }
  }

  /** Samples are stored inverted (255 is no ink), as all programs that write CMYK JPEGs do. */
  private static void cmykToRgb(byte[] cmyk, byte[] rgb) {
    int out = 0;
    for (int in = 0; in < cmyk.length; in += 4) {
      int key = cmyk[in + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        rgb[out++] = (byte) (((cmyk[in + c] & 0xff) * key + 127) / 255);
      }
    }
  }

  /** As in any YCbCr JPEG, except that the result is ink, the complement of light. */
  private static void ycckToCmyk(byte[] samples) {
    for (int i = 0; i < samples.length; i += 4) {
      float luma = samples[i] & 0xff;
      float blue = (samples[i + 1] & 0xff) - 128;
      float red = (samples[i + 2] & 0xff) - 128;
      samples[i] = complement(luma + 1.402f * red);
      samples[i + 1] = complement(luma - 0.344136f * blue - 0.714136f * red);
      samples[i + 2] = complement(luma + 1.772f * blue);
    }
  }

  private static byte complement(float light) {
    return (byte) (255 - Math.max(0, Math.min(255, Math.round(light))));
  }
}
