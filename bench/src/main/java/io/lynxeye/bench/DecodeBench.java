package io.lynxeye.bench;

import com.sun.management.ThreadMXBean;
import io.lynxeye.bench.micro.ResnetInput;
import io.lynxeye.config.CacheFolder;
import io.lynxeye.engine.JpegDecoders;
import io.lynxeye.engine.NativeLibraries;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.ImagePreprocessor;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/**
 * From JPEG bytes to ResNet50's sample in three ways: ours with libjpeg-turbo, ours with the JDK's
 * decoder, and the JDK's usual way ({@code ImageIO.read}, {@code drawImage} with bilinear
 * interpolation, {@code getRGB}), which neither antialiases nor notices a truncated file. One
 * thread; they take turns, so that a drifting machine drifts for all; medians and ratios, and what
 * one decode allocates in the heap.
 *
 * <p>Argument: a JPEG, scaled here to each size.
 */
public final class DecodeBench {

  /** One decode of a picture by one way. */
  private record Cost(double millis, double kilobytes) {}

  /** A way from a file to a sample. */
  @FunctionalInterface
  private interface Way {
    float[] sample(byte[] jpeg) throws Exception;
  }

  private static final int ROUNDS = 21;
  private static final int WARM_UP = 15;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final ImagePreprocessor PREPROCESSOR = ResnetInput.preprocessor();

  private DecodeBench() {}

  /** Prints a table to standard output. */
  public static void main(String[] args) throws Exception {
    NativeLibraries natives = new NativeLibraries(CacheFolder.ofThisUser());
    DecodeLimits limits = DecodeLimits.defaults();
    List<Way> ways =
        List.of(
            ours(new ImageDecoder(limits, JpegDecoders.choose(natives))),
            ours(new ImageDecoder(limits)),
            JdkDecode::sample);
    System.out.println(
        "| picture | JPEG bytes | turbo ms | ours, JDK's decoder ms | ImageIO ms | turbo / ImageIO"
            + " | ours, JDK's / ImageIO | allocated KB: turbo | JDK's | ImageIO |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    for (Picture picture : Picture.of(Path.of(args[0]))) {
      compare(picture.size(), picture.jpeg(), ways);
    }
  }

  /** The sample's buffer is used again, as the server does. */
  private static Way ours(ImageDecoder decoder) {
    float[] sample = new float[PREPROCESSOR.sampleFloats()];
    return jpeg -> {
      decoder.decode(jpeg, PREPROCESSOR, FloatBuffer.wrap(sample));
      return sample;
    };
  }

  private static void compare(String name, byte[] jpeg, List<Way> ways) throws Exception {
    Cost[][] costs = new Cost[ways.size()][ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (int way = 0; way < costs.length; way++) {
        Way decode = ways.get(way);
        costs[way][Math.max(0, round)] = cost(() -> decode.sample(jpeg));
      }
    }
    double[] millis = medians(costs, Cost::millis);
    double[] allocated = medians(costs, Cost::kilobytes);
    System.out.printf(
        "| %s | %,d | %.2f | %.2f | %.2f | %.2f | %.2f | %,.0f | %,.0f | %,.0f |%n",
        name,
        jpeg.length,
        millis[0],
        millis[1],
        millis[2],
        millis[0] / millis[2],
        millis[1] / millis[2],
        allocated[0],
        allocated[1],
        allocated[2]);
  }

  private static Cost cost(Callable<float[]> work) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    float[] sample = work.call();
    double millis = (System.nanoTime() - start) / 1e6;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (sample.length != 3 * JdkDecode.SIDE * JdkDecode.SIDE) {
      throw new IllegalStateException("a sample of " + sample.length + " floats");
    }
    return new Cost(millis, allocated / 1e3);
  }

  private static double[] medians(Cost[][] costs, ToDoubleFunction<Cost> value) {
    return Arrays.stream(costs)
        .mapToDouble(way -> Arrays.stream(way).mapToDouble(value).sorted().toArray()[ROUNDS / 2])
        .toArray();
  }
}
