package io.lynxeye.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/**
 * The JDK's usual way from JPEG bytes to ResNet50's sample: {@code ImageIO.read}, {@code drawImage}
 * with bilinear interpolation, {@code getRGB}. Neither antialiases nor notices a truncated file.
 */
final class JdkDecode {

  static final int SIDE = 224;

  private JdkDecode() {}

  static float[] sample(byte[] jpeg) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
    BufferedImage small = Picture.scaled(picture, SIDE, SIDE);
    int[] pixels = small.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    float[] sample = new float[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      sample[3 * i] = (pixels[i] & 255) - 103.939f;
      sample[3 * i + 1] = (pixels[i] >> 8 & 255) - 116.779f;
      sample[3 * i + 2] = (pixels[i] >> 16 & 255) - 123.68f;
    }
    return sample;
  }
}
