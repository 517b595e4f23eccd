package io.lynxeye.bench.micro;

import io.lynxeye.translators.postprocess.TopK;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Selection of the best of a thousand classes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TopKMicro {

  private static final int CLASSES = 1000;

  @Param({"1", "5", "1000"})
  public int k;

  private final float[] scores = scores();

  private static float[] scores() {
    Random random = new Random(7);
    float[] scores = new float[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      scores[i] = random.nextFloat();
    }
    return scores;
  }

  @Benchmark
  public int[] best() {
    return TopK.indices(scores, 0, CLASSES, k);
  }
}
