package io.lynxeye.endtoend;

import io.lynxeye.engine.EngineRing;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Unusual, damaged and malicious images, and bodies that are not images. */
final class TestImages {

  private TestImages() {}

  static byte[] lynx() {
    return EngineRing.sample("lynx");
  }

  /** Returns the lynx in another format: png, gif, bmp. */
  static byte[] lynxAs(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(ImageIO.read(new ByteArrayInputStream(lynx())), format, out);
    return out.toByteArray();
  }

  static byte[] progressiveLynx() throws IOException {
    BufferedImage lynx = ImageIO.read(new ByteArrayInputStream(lynx()));
    return jpeg(new IIOImage(lynx, null, null), true);
  }

  /** Returns the lynx as a CMYK JPEG, inverted like those of Adobe's programs, with K empty. */
  static byte[] cmykLynx() throws IOException {
    BufferedImage lynx = ImageIO.read(new ByteArrayInputStream(lynx()));
    WritableRaster cmyk =
        Raster.createInterleavedRaster(0, lynx.getWidth(), lynx.getHeight(), 4, null);
    for (int y = 0; y < lynx.getHeight(); y++) {
      for (int x = 0; x < lynx.getWidth(); x++) {
        int rgb = lynx.getRGB(x, y);
        int[] sample = {rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255, 255};
        cmyk.setPixel(x, y, sample);
      }
    }
    return jpeg(new IIOImage(cmyk, null, null), false);
  }

  private static byte[] jpeg(IIOImage image, boolean progressive) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.setOutput(stream);
      writer.write(null, image, param);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  static byte[] sixteenBitPng() throws IOException {
    BufferedImage image = new BufferedImage(300, 300, BufferedImage.TYPE_USHORT_GRAY);
    for (int i = 0; i < 90_000; i++) {
      image.getRaster().setSample(i % 300, i / 300, 0, i * 7 % 65_536);
    }
    return write(image, "png");
  }

  static byte[] png(int width, int height, int type) throws IOException {
    return write(new BufferedImage(width, height, type), "png");
  }

  private static byte[] write(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  static byte[] animatedGif() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      for (int frame = 0; frame < 3; frame++) {
        BufferedImage image = new BufferedImage(80, 60, BufferedImage.TYPE_BYTE_INDEXED);
        image.setRGB(frame, frame, 0xFFFFFF);
        writer.writeToSequence(new IIOImage(image, null, null), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /** Returns 20000 x 20000 grey pixels: less than 1 MB that decompresses to 400 MB. */
  static byte[] pngBomb() throws IOException {
    ByteArrayOutputStream zeros = new ByteArrayOutputStream();
    byte[] row = new byte[20_001];
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(zeros)) {
      for (int y = 0; y < 20_000; y++) {
        deflater.write(row);
      }
    }
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(20_000);
    fields.writeInt(20_000);
    fields.write(new byte[] {8, 0, 0, 0, 0});
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    chunk(png, "IHDR", header.toByteArray());
    chunk(png, "IDAT", zeros.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data)
      throws IOException {
    DataOutputStream out = new DataOutputStream(png);
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.US_ASCII));
    crc.update(data);
    out.writeInt(data.length);
    out.write(type.getBytes(StandardCharsets.US_ASCII));
    out.write(data);
    out.writeInt((int) crc.getValue());
  }

  /** Returns the lynx with other dimensions in its frame header. */
  static byte[] jpegClaiming(int width, int height) {
    byte[] jpeg = lynx();
    for (int i = 2; i < jpeg.length - 9; i++) {
      if ((jpeg[i] & 255) == 0xFF && (jpeg[i + 1] & 255) == 0xC0) {
        jpeg[i + 5] = (byte) (height >> 8);
        jpeg[i + 6] = (byte) height;
        jpeg[i + 7] = (byte) (width >> 8);
        jpeg[i + 8] = (byte) width;
        return jpeg;
      }
    }
    throw new IllegalStateException("the sample is no baseline JPEG");
  }

  /** Returns the first {@code percent} of a file. */
  static byte[] cut(byte[] file, int percent) {
    return Arrays.copyOf(file, file.length * percent / 100);
  }

  /** Returns a file with one byte in its middle changed. */
  static byte[] bent(byte[] file) {
    byte[] bent = file.clone();
    bent[bent.length / 2] ^= 0x55;
    return bent;
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  static byte[] gzipped(byte[] file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(file);
    }
    return out.toByteArray();
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
