package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Loads models whose calls take simulated time, as many milliseconds as their precision has, for
 * any batch size; and whose best score is changed by their precision.
 */
final class TunableFake implements TunableLoader {

  /** A version that was loaded. */
  record Loaded(Precision precision, Tuning tuning) {}

  /** The speed and the accuracy of a precision. */
  record Behaviour(long callMillis, float change) {}

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final List<Loaded> loads = new CopyOnWriteArrayList<>();
  private final List<PrecisionOption> options = new ArrayList<>();
  private final Map<Precision, Behaviour> behaviours = new EnumMap<>(Precision.class);
  private boolean tunable = true;
  private int slowUntil;

  TunableFake() {
    offer(Precision.FP32, 100, 0);
  }

  /** Adds a precision. */
  TunableFake offer(Precision precision, long callMillis, float change) {
    String reason = precision == Precision.BF16 ? "" : "offered"; // bf16 needs the check.
    options.add(new PrecisionOption(precision, reason, 100L << 20, false));
    behaviours.put(precision, new Behaviour(callMillis, change));
    return this;
  }

  /** Changes the size of the versions that are loaded from now on. */
  TunableFake resize(long bytes) {
    options.replaceAll(
        option ->
            new PrecisionOption(option.precision(), option.reason(), bytes, option.isOnGpu()));
    return this;
  }

  /** Changes the accuracy of a precision. */
  void change(Precision precision, float change) {
    behaviours.computeIfPresent(
        precision, (same, before) -> new Behaviour(before.callMillis(), change));
  }

  void untunable() {
    tunable = false;
  }

  /** Makes all calls up to this one take three times as long. */
  void slowUntil(int call) {
    slowUntil = call;
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

  List<Loaded> loads() {
    return loads;
  }

  @Override
  public List<PrecisionOption> precisions(ModelSource source) {
    return options;
  }

  @Override
  public LoadedModel load(ModelSource source) {
    return load(source, new Tuning(1, 1, EngineThreads.ENGINE_CHOICE, false), options.get(0));
  }

  @Override
  public LoadedModel load(ModelSource source, Tuning tuning, PrecisionOption precision) {
    loads.add(new Loaded(precision.precision(), tuning));
    open.incrementAndGet();
    return new Timed(new FakeModel(source.id()), precision, tuning);
  }

  private final class Timed implements LoadedModel {

    private final FakeModel model;
    private final PrecisionOption precision;
    private final Tuning tuning;

    Timed(FakeModel model, PrecisionOption precision, Tuning tuning) {
      this.model = model;
      this.precision = precision;
      this.tuning = tuning;
    }

    @Override
    public ModelDescription description() {
      ModelDescription of = model.description();
      return new ModelDescription(
          of.id(),
          of.engine(),
          of.device(),
          precision.text(),
          of.input(),
          of.output(),
          of.signature(),
          of.others(),
          of.answer(),
          of.labels(),
          of.topK(),
          of.noImages());
    }

    @Override
    public PreparedInput prepare(byte[] body) throws InvalidInputException {
      return model.prepare(body);
    }

    @Override
    public List<ModelOutput> run(List<PreparedInput> samples) {
      Behaviour behaviour = behaviours.get(precision.precision());
      long slower = calls.incrementAndGet() <= slowUntil ? 3 : 1;
      now.addAndGet(slower * TimeUnit.MILLISECONDS.toNanos(behaviour.callMillis()));
      return model.run(samples).stream().map(output -> moved(output, behaviour.change())).toList();
    }

    /** The same output with another best score. */
    private ModelOutput moved(ModelOutput output, float by) {
      float[] scores = ((ModelOutput.Tensors) output).scores().orElseThrow().values().clone();
      for (int i = 0; i < scores.length; i++) {
        scores[i] -= scores[i] > 0.5f ? by : 0;
      }
      return ModelOutput.ofScores("scores", scores);
    }

    @Override
    public void warmUp(int batchSize) throws InvalidInputException {
      model.warmUp(batchSize);
    }

    @Override
    public Optional<Tuning> tuning() {
      return tunable ? Optional.of(tuning) : Optional.empty();
    }

    @Override
    public void close() {
      open.decrementAndGet();
      model.close();
    }
  }
}
