package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes WebP: chunks of the container, and lossless data without compression, 24 bits for each
 * pixel.
 */
public final class WebpWriter {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int pending;
  private int pendingBits;

  private WebpWriter() {}

  /** A file of these chunks. */
  public static byte[] file(byte[]... chunks) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(TestImages.latin1("WEBP"));
    for (byte[] chunk : chunks) {
      body.writeBytes(chunk);
    }
    return chunk("RIFF", body.toByteArray());
  }

  static byte[] chunk(String name, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(8 + data.length + data.length % 2);
    chunk.order(ByteOrder.LITTLE_ENDIAN).put(TestImages.latin1(name)).putInt(data.length);
    return chunk.put(data).array();
  }

  /**
   * The chunk of the canvas.
   *
   * @param flags 2 for an animation, 8 for EXIF, 16 for alpha
   */
  static byte[] canvas(int flags, int width, int height) {
    ByteBuffer data = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putInt(flags);
    put24(data, width - 1);
    put24(data, height - 1);
    return chunk("VP8X", data.array());
  }

  static byte[] animation() {
    return chunk("ANIM", new byte[6]);
  }

  /** A frame of an animation; {@code x} and {@code y} are even. */
  static byte[] frame(int x, int y, RgbImage image) {
    byte[] pixels = lossless(image);
    ByteBuffer data = ByteBuffer.allocate(16 + pixels.length).order(ByteOrder.LITTLE_ENDIAN);
    put24(data, x / 2);
    put24(data, y / 2);
    put24(data, image.width() - 1);
    put24(data, image.height() - 1);
    put24(data, 100);
    return chunk("ANMF", data.put((byte) 0).put(pixels).array());
  }

  private static void put24(ByteBuffer data, int value) {
    data.putShort((short) value).put((byte) (value >> 16));
  }

  /** The chunk with an image's pixels. */
  public static byte[] lossless(RgbImage image) {
    WebpWriter writer = header(image.width(), image.height());
    writer.bits(0, 3); // No transform, no colour cache, no groups of codes.
    writer.anyColour();
    for (int i = 0; i < image.rgb().length; i += 3) {
      writer.code(image.rgb()[i + 1]).code(image.rgb()[i]).code(image.rgb()[i + 2]);
    }
    return writer.chunk();
  }

  /** The chunk of an image of one colour, which needs no bits for its pixels. */
  static byte[] uniform(int width, int height, int red, int green, int blue) {
    WebpWriter writer = header(width, height).bits(0, 3);
    return writer.constant(green).constant(red).constant(blue).constant(255).constant(0).chunk();
  }

  /**
   * The chunk of an image in which each block of 4 x 4 pixels refers to another of {@code groups}
   * groups of codes; it ends where they should be declared.
   */
  public static byte[] groups(int width, int height, int groups) {
    WebpWriter writer = header(width, height);
    writer.bits(0, 2).bits(1, 1).bits(0, 3); // Groups, for blocks of 4 x 4.
    writer.bits(0, 1).anyColour();
    for (int block = 0; block < width / 4 * (height / 4); block++) {
      int group = block % groups;
      writer.code(group).code(group >> 8).code(0);
    }
    return writer.chunk();
  }

  private static WebpWriter header(int width, int height) {
    return new WebpWriter().bits(0x2f, 8).bits(width - 1, 14).bits(height - 1, 14).bits(0, 4);
  }

  private byte[] chunk() {
    bits(0, 7);
    return chunk("VP8L", out.toByteArray());
  }

  private WebpWriter bits(int value, int count) {
    for (int i = 0; i < count; i++) {
      pending |= (value >> i & 1) << pendingBits++;
      if (pendingBits == 8) {
        out.write(pending);
        pending = 0;
        pendingBits = 0;
      }
    }
    return this;
  }

  /** Codes of 8 bits for green, red and blue; opaque. */
  private void anyColour() {
    for (int channel = 0; channel < 3; channel++) {
      // Code lengths for all of the first 256 symbols: each is 8, for which no bits are needed.
      bits(0, 1).bits(12 - 4, 4).bits(0, 11 * 3).bits(1, 3).bits(1, 1).bits(3, 3).bits(254, 8);
    }
    constant(255).constant(0);
  }

  /** A code of one symbol. */
  private WebpWriter constant(int symbol) {
    return bits(1, 1).bits(0, 1).bits(1, 1).bits(symbol, 8);
  }

  /** A code of 8 bits, most significant first. */
  private WebpWriter code(int symbol) {
    return bits(Integer.reverse(symbol) >>> 24, 8);
  }
}
