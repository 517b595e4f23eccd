package io.lynxeye.bench;

import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.ImagePreprocessor;
import io.lynxeye.translators.Preprocessing;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * From JPEG bytes to ResNet50's sample, ours beside {@linkplain JdkDecode the JDK's usual way}. One
 * thread; the two take turns, so that a drifting machine drifts for both; medians, and the ratio.
 *
 * <p>Argument: a JPEG, scaled here to each size.
 */
public final class DecodeBench {

  private static final int ROUNDS = 21;
  private static final int WARM_UP = 10;

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
    System.out.println("| picture | JPEG bytes | ours ms | JDK ms | ours / JDK |");
    System.out.println("|---|---|---|---|---|");
    for (Picture picture : Picture.of(Path.of(args[0]))) {
      compare(picture);
    }
  }

  private static void compare(Picture picture) throws Exception {
    byte[] jpeg = picture.jpeg();
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      double our = millis(() -> DECODER.decode(jpeg, PREPROCESSOR::preprocess));
      double their = millis(() -> JdkDecode.sample(jpeg));
      if (round >= 0) {
        ours[round] = our;
        theirs[round] = their;
      }
    }
    double our = Statistics.median(ours);
    double their = Statistics.median(theirs);
    System.out.printf(
        "| %s | %,d | %.2f | %.2f | %.2f |%n",
        picture.size(), jpeg.length, our, their, our / their);
  }

  private static double millis(Callable<float[]> work) throws Exception {
    long start = System.nanoTime();
    float[] sample = work.call();
    double millis = (System.nanoTime() - start) / 1e6;
    if (sample.length != 3 * JdkDecode.SIDE * JdkDecode.SIDE) {
      throw new IllegalStateException("a sample of " + sample.length + " floats");
    }
    return millis;
  }
}
