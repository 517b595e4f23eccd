package io.lynxeye.bench.setup;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/**
 * JPEG bytes to ResNet50's input with the JDK alone: {@code ImageIO.read}, {@code drawImage} with
 * bilinear interpolation, {@code getRGB}. It does not antialias and accepts truncated files.
 */
public final class JdkDecoder {

  private static final int SIDE = 224;

  private JdkDecoder() {}

  /** Decodes to 224 x 224 x 3 floats. */
  public static float[] decode(byte[] jpeg) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
    BufferedImage small = TestImage.scaled(image, SIDE, SIDE);
    int[] pixels = small.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    float[] values = new float[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      values[3 * i] = (pixels[i] & 255) - 103.939f;
      values[3 * i + 1] = (pixels[i] >> 8 & 255) - 116.779f;
      values[3 * i + 2] = (pixels[i] >> 16 & 255) - 123.68f;
    }
    return values;
  }
}
