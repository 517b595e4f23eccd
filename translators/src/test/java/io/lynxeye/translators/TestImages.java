package io.lynxeye.translators;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.translators.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.jpeg.JPEGImageWriteParam;
import javax.imageio.stream.ImageOutputStream;

/** Synthetic images, in which every expected pixel follows from a formula. */
public final class TestImages {

  private TestImages() {}

  /** A pattern with fine detail, from which the golden values of the resize tests were computed. */
  public static RgbImage pattern(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[at++] = (byte) (x * x * 3 + y * 7 * (c + 1) + x * y * (c + 2));
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** A smooth gradient, which JPEG preserves: red grows to the right, green down, blue falls. */
  public static RgbImage gradient(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        rgb[at++] = (byte) (20 + 200 * x / width);
        rgb[at++] = (byte) (20 + 200 * y / height);
        rgb[at++] = (byte) (220 - 100 * x / width - 100 * y / height);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** The red of {@link #gradient} in all three channels. */
  public static RgbImage grayGradient(int width, int height) {
    byte[] rgb = gradient(width, height).rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i + 1] = rgb[i];
      rgb[i + 2] = rgb[i];
    }
    return new RgbImage(width, height, rgb);
  }

  public static BufferedImage buffered(RgbImage image, int type) {
    BufferedImage result = new BufferedImage(image.width(), image.height(), type);
    WritableRaster raster = result.getRaster();
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int at = 3 * (y * image.width() + x);
        if (raster.getNumBands() == 1) {
          raster.setSample(x, y, 0, image.rgb()[at] & 0xff);
        } else {
          int rgb =
              (image.rgb()[at] & 0xff) << 16
                  | (image.rgb()[at + 1] & 0xff) << 8
                  | (image.rgb()[at + 2] & 0xff);
          result.setRGB(x, y, 0xff000000 | rgb);
        }
      }
    }
    return result;
  }

  public static byte[] encode(String format, RgbImage image) {
    return encode(format, buffered(image, BufferedImage.TYPE_3BYTE_BGR), param -> {});
  }

  public static byte[] encode(
      String format, RenderedImage image, Consumer<ImageWriteParam> settings) {
    return encode(format, new IIOImage(image, null, null), settings);
  }

  /** Encodes components without colour conversion; the JDK does so only for JPEG. */
  public static byte[] encodeRaster(Raster raster) {
    return encode("jpeg", new IIOImage(raster, null, null), TestImages::highQuality);
  }

  private static byte[] encode(String format, IIOImage image, Consumer<ImageWriteParam> settings) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      settings.accept(param);
      writer.write(null, image, param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  public static byte[] jpeg(RgbImage image) {
    return encode("jpeg", buffered(image, BufferedImage.TYPE_3BYTE_BGR), TestImages::highQuality);
  }

  public static byte[] progressiveJpeg(RgbImage image) {
    return encode(
        "jpeg",
        buffered(image, BufferedImage.TYPE_3BYTE_BGR),
        param -> {
          highQuality(param);
          param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        });
  }

  public static void highQuality(ImageWriteParam param) {
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    param.setCompressionQuality(0.95f);
    ((JPEGImageWriteParam) param).setOptimizeHuffmanTables(true);
  }

  /** Encodes a TIFF with the JDK's writer, in strips of a few rows. */
  public static byte[] tiff(RgbImage image, String compression) {
    return tiff(buffered(image, BufferedImage.TYPE_3BYTE_BGR), compression);
  }

  public static byte[] tiff(RenderedImage image, String compression) {
    return encode(
        "tiff",
        image,
        param -> {
          param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
          param.setCompressionType(compression.equals("None") ? null : compression);
        });
  }

  public static byte[] png(RgbImage image) {
    return encode("png", image);
  }

  /** Inserts bytes into a file. */
  public static byte[] insert(byte[] file, int at, byte[] inserted) {
    byte[] result = new byte[file.length + inserted.length];
    System.arraycopy(file, 0, result, 0, at);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(file, at, result, at + inserted.length, file.length - at);
    return result;
  }

  /** Returns the bytes of the Latin-1 characters. */
  public static byte[] latin1(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /** Returns an EXIF block in either byte order whose only entry is the orientation, a SHORT. */
  public static byte[] exif(int orientation, boolean little) {
    return exif(orientation, little, 3);
  }

  /** The same with another type of value: 1 (BYTE), 3 (SHORT) or 4 (LONG). */
  public static byte[] exif(int orientation, boolean little, int type) {
    ByteBuffer block =
        ByteBuffer.allocate(26).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    block.put(latin1(little ? "II" : "MM")).putShort((short) 42).putInt(8);
    block.putShort((short) 1).putShort((short) 0x0112).putShort((short) type).putInt(1);
    switch (type) {
      case 1 -> block.put((byte) orientation);
      case 3 -> block.putShort((short) orientation);
      default -> block.putInt(orientation);
    }
    return block.array();
  }

  /** Returns an APP1 segment to insert after the first two bytes of a JPEG. */
  public static byte[] exifSegment(int orientation, boolean little) {
    return app1("Exif\0\0", exif(orientation, little));
  }

  /** Returns an APP1 segment with any content. */
  public static byte[] app1(String name, byte[] content) {
    byte[] head = latin1("\u00ff\u00e1\0" + (char) (content.length + name.length() + 2) + name);
    return insert(head, head.length, content);
  }

  /** Returns a PNG with another chunk after its header. */
  public static byte[] withChunk(byte[] png, String name, byte[] data) {
    byte[] nameAndData = insert(latin1(name), 4, data);
    CRC32 crc = new CRC32();
    crc.update(nameAndData);
    byte[] chunk =
        ByteBuffer.allocate(nameAndData.length + 8)
            .putInt(data.length)
            .put(nameAndData)
            .putInt((int) crc.getValue())
            .array();
    return insert(png, 33, chunk);
  }

  /** Fails if any channel differs by more than the tolerance. */
  public static void assertClose(RgbImage actual, RgbImage expected, int tolerance) {
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(actual.height()).isEqualTo(expected.height());
    int worst = 0;
    for (int i = 0; i < expected.rgb().length; i++) {
      int difference = (actual.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff);
      worst = Math.max(worst, Math.abs(difference));
    }
    assertThat(worst).isLessThanOrEqualTo(tolerance);
  }
}
