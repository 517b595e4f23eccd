package io.lynxeye.engine.jpeg;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A black image, used to warm up models that take encoded images. */
public final class BlankImage {

  private static final int SIZE = 64;

  private BlankImage() {}

  public static byte[] jpeg() {
    return jpeg(new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_3BYTE_BGR));
  }

  /** Encodes an image as JPEG. */
  public static byte[] jpeg(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // Not straight to the stream, because ImageIO would write a temporary file first.
    try (ImageOutputStream memory = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image, "jpeg", memory);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Only memory is read and written.
    }
    return out.toByteArray();
  }
}
