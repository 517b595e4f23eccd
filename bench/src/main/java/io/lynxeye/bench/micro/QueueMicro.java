package io.lynxeye.bench.micro;

import io.lynxeye.serving.batching.BatchOutput;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.Batcher;
import io.lynxeye.serving.batching.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The queue's own cost, with an engine that costs nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class QueueMicro {

  private static final int AT_ONCE = 64;
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private Batcher<Integer, Integer> batcher;

  @Setup
  public void start() {
    BatchPolicy policy = new BatchPolicy(8, Duration.ZERO, 2 * AT_ONCE, 1);
    batcher = new Batcher<>("micro", policy, inputs -> inputs, NanoClock.SYSTEM);
  }

  @TearDown
  public void stop() throws InterruptedException {
    batcher.close(Duration.ofSeconds(5));
  }

  /** One job at a time, including the wake-up of both threads. */
  @Benchmark
  public BatchOutput<Integer> oneAlone() {
    return batcher.submit(1, System.nanoTime() + HOUR).join();
  }

  /** The cost per job when 64 are submitted together. */
  @Benchmark
  @OperationsPerInvocation(AT_ONCE)
  public int sixtyFourTogether() {
    List<CompletableFuture<BatchOutput<Integer>>> jobs = new ArrayList<>(AT_ONCE);
    for (int i = 0; i < AT_ONCE; i++) {
      jobs.add(batcher.submit(i, System.nanoTime() + HOUR));
    }
    int sum = 0;
    for (CompletableFuture<BatchOutput<Integer>> job : jobs) {
      sum += job.join().output();
    }
    return sum;
  }
}
