package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Loads models whose calls take 100 ms of simulated time each, for any batch size. */
final class TunableFake implements TunableLoader {

  private static final long CALL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final List<EngineThreads> loads = new CopyOnWriteArrayList<>();
  private boolean tunable = true;
  private int disturbedFrom = Integer.MAX_VALUE;

  void untunable() {
    tunable = false;
  }

  /** Makes calls take a second from this one on. */
  void disturbFrom(int call) {
    disturbedFrom = call;
  }

  long nanoTime() {
    return now.get();
  }

  int calls() {
    return calls.get();
  }

  int open() {
    return open.get();
  }

  List<EngineThreads> loads() {
    return loads;
  }

  @Override
  public LoadedModel load(ModelSource source) {
    return load(source, EngineThreads.ENGINE_CHOICE);
  }

  @Override
  public LoadedModel load(ModelSource source, EngineThreads threads) {
    loads.add(threads);
    open.incrementAndGet();
    return new Timed(new FakeModel(source.id()));
  }

  private final class Timed implements LoadedModel {

    private final FakeModel model;

    Timed(FakeModel model) {
      this.model = model;
    }

    @Override
    public ModelDescription description() {
      return model.description();
    }

    @Override
    public PreparedInput prepare(byte[] body) throws InvalidInputException {
      return model.prepare(body);
    }

    @Override
    public List<ModelOutput> run(List<PreparedInput> samples) {
      boolean isSlow = calls.incrementAndGet() >= disturbedFrom;
      now.addAndGet(isSlow ? 10 * CALL_NANOS : CALL_NANOS);
      return model.run(samples);
    }

    @Override
    public void warmUp(int batchSize) throws InvalidInputException {
      model.warmUp(batchSize);
    }

    @Override
    public boolean isTunable() {
      return tunable;
    }

    @Override
    public void close() {
      open.decrementAndGet();
      model.close();
    }
  }
}
