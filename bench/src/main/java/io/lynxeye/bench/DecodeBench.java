package io.lynxeye.bench;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.ImagePreprocessor;
import io.lynxeye.translators.Preprocessing;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;

/**
 * From JPEG bytes to ResNet50's sample, ours beside the JDK's usual way ({@code ImageIO.read},
 * {@code drawImage} with bilinear interpolation, {@code getRGB}), which neither antialiases nor
 * notices a truncated file. One thread; the two take turns, so that a drifting machine drifts for
 * both; medians, and the ratio.
 *
 * <p>Argument: a JPEG, scaled here to each size.
 */
public final class DecodeBench {

  private static final int ROUNDS = 21;
  private static final int WARM_UP = 10;
  private static final int SIDE = 224;
  private static final int[][] SIZES = {{220, 165}, {640, 640}, {1280, 960}, {4000, 3000}};

  private static final ImageDecoder DECODER = new ImageDecoder(DecodeLimits.defaults());
  private static final ImagePreprocessor PREPROCESSOR =
      new ImagePreprocessor(
          Preprocessing.from(
              Map.of(
                  "resizeShort", "256",
                  "centerCrop", "true",
                  "toTensor", "false",
                  "normalize", "123.68,116.779,103.939,1,1,1",
                  "channelOrder", "BGR")));

  private DecodeBench() {}

  /** Prints a table to standard output. */
  public static void main(String[] args) throws Exception {
    BufferedImage picture = ImageIO.read(Path.of(args[0]).toFile());
    System.out.println("| picture | JPEG bytes | ours ms | JDK ms | ours / JDK |");
    System.out.println("|---|---|---|---|---|");
    for (int[] size : SIZES) {
      compare(size[0] + " x " + size[1], jpeg(scaled(picture, size[0], size[1])));
    }
  }

  private static void compare(String name, byte[] jpeg) throws Exception {
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      double our = millis(() -> DECODER.decode(jpeg, PREPROCESSOR::preprocess));
      double their = millis(() -> jdk(jpeg));
      if (round >= 0) {
        ours[round] = our;
        theirs[round] = their;
      }
    }
    double our = median(ours);
    double their = median(theirs);
    System.out.printf(
        "| %s | %,d | %.2f | %.2f | %.2f |%n", name, jpeg.length, our, their, our / their);
  }

  private static double millis(Callable<float[]> work) throws Exception {
    long start = System.nanoTime();
    float[] sample = work.call();
    double millis = (System.nanoTime() - start) / 1e6;
    if (sample.length != 3 * SIDE * SIDE) {
      throw new IllegalStateException("a sample of " + sample.length + " floats");
    }
    return millis;
  }

  private static float[] jdk(byte[] jpeg) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
    BufferedImage small = scaled(picture, SIDE, SIDE);
    int[] pixels = small.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    float[] sample = new float[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      sample[3 * i] = (pixels[i] & 255) - 103.939f;
      sample[3 * i + 1] = (pixels[i] >> 8 & 255) - 116.779f;
      sample[3 * i + 2] = (pixels[i] >> 16 & 255) - 123.68f;
    }
    return sample;
  }

  private static BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }

  private static byte[] jpeg(BufferedImage picture) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpeg", out);
    return out.toByteArray();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
