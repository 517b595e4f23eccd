package io.lynxeye.engine;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A black picture, for warming up models that are fed encoded ones. */
final class BlankPicture {

  private static final int SIZE = 64;

  private BlankPicture() {}

  static byte[] jpeg() {
    return jpeg(new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_3BYTE_BGR));
  }

  /** Any picture as a JPEG. */
  static byte[] jpeg(BufferedImage picture) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // Not straight to the stream: ImageIO would write a temporary file first.
    try (ImageOutputStream memory = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(picture, "jpeg", memory);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Nothing is read or written but memory.
    }
    return out.toByteArray();
  }
}
