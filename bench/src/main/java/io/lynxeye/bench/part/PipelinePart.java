package io.lynxeye.bench.part;

import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.bench.setup.EngineOptions;
import io.lynxeye.bench.setup.TestImage;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.BatchRunner;
import io.lynxeye.serving.batching.Batcher;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** Decode pool, queue and engine in this process, without HTTP and its limits. */
final class PipelinePart {

  private static final int CALLERS = 32;
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private final LoadedModel model;
  private final BatchPolicy policy;

  PipelinePart(LoadedModel model, EngineOptions options) {
    this.model = model;
    this.policy = new BatchPolicy(options.batchSize(), Duration.ZERO, CALLERS, options.workers());
  }

  void measure(Round round) throws InterruptedException {
    double warmUp = Math.min(round.cycleSeconds(CALLERS), round.seconds());
    long from = System.nanoTime() + (long) (warmUp * 1e9);
    long to = from + (long) (round.seconds() * 1e9);
    ExecutorService decodePool =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    Batcher<PreparedInput, ModelOutput> batcher =
        new Batcher<>("pipeline", policy, new Runner(), NanoClock.SYSTEM);
    Callers run = new Callers(round.image(TestImage.LYNX).jpeg(), decodePool, batcher, to);
    try {
      run.await();
    } finally {
      decodePool.shutdown();
      batcher.close(Duration.ofMinutes(1));
    }
    long[] within = run.done.stream().mapToLong(n -> n).filter(n -> n - from >= 0).toArray();
    round.figures().add("pipeline.32.images_per_s", Statistics.perSecond(within));
  }

  private final class Runner implements BatchRunner<PreparedInput, ModelOutput> {

    @Override
    public List<ModelOutput> run(List<PreparedInput> samples) throws InvalidInputException {
      return model.run(samples);
    }

    @Override
    public void release(PreparedInput sample) {
      sample.release();
    }
  }

  /** Callers, each of which sends its next image once the last one is scored. */
  private final class Callers {

    final Queue<Long> done = new ConcurrentLinkedQueue<>();
    private final CountDownLatch running = new CountDownLatch(CALLERS);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final byte[] jpeg;
    private final ExecutorService decodePool;
    private final Batcher<PreparedInput, ModelOutput> batcher;
    private final long endNanos;

    Callers(
        byte[] jpeg,
        ExecutorService decodePool,
        Batcher<PreparedInput, ModelOutput> batcher,
        long endNanos) {
      this.jpeg = jpeg;
      this.decodePool = decodePool;
      this.batcher = batcher;
      this.endNanos = endNanos;
    }

    void await() throws InterruptedException {
      for (int i = 0; i < CALLERS; i++) {
        next();
      }
      running.await();
      if (failure.get() != null) {
        throw new IllegalStateException("the engine failed", failure.get());
      }
    }

    private void next() {
      if (System.nanoTime() - endNanos >= 0) {
        running.countDown();
      } else {
        decodePool.execute(this::score);
      }
    }

    private void score() {
      try {
        PreparedInput sample = model.prepare(jpeg);
        var unused =
            batcher.submit(sample, System.nanoTime() + HOUR).whenComplete((o, e) -> ended(e));
      } catch (Exception e) {
        ended(e);
      }
    }

    private void ended(Throwable failed) {
      if (failed == null) {
        done.add(System.nanoTime());
        next();
      } else {
        failure.set(failed);
        running.countDown();
      }
    }
  }
}
