package io.lynxeye.bench.setup;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.TensorFlowEngine;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.jpeg.JpegDecoders;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.store.ModelStore;
import io.lynxeye.serving.tuning.InProcessTuning;
import io.lynxeye.serving.tuning.MeasurementCache;
import io.lynxeye.serving.tuning.TunedLoader;
import io.lynxeye.serving.tuning.Tuner;
import io.lynxeye.serving.tuning.TuningRun;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The model in this process, loaded as a server loads it. */
public final class InProcessEngine implements AutoCloseable {

  /**
   * The result of a measurement.
   *
   * @param imagesPerSecond throughput of all callers together
   * @param millis duration of each call
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record Speed(double imagesPerSecond, double[] millis) {}

  private static final int MIN_CALLS = 2;

  private final LoadedModel model;

  private InProcessEngine(LoadedModel model) {
    this.model = model;
  }

  /** Loads the model's newest version with tuning and runs each batch size once. */
  public static InProcessEngine start(
      Path store, String model, EngineOptions options, List<Integer> batchSizes) throws Exception {
    Path cache = UserFolders.ofThisUser();
    ModelSource source =
        new ModelStore(store, cache)
            .read().model(model).stream()
                .flatMap(stored -> stored.sources().stream())
                .max(Comparator.comparing(found -> found.id().version()))
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "no model %s in %s: add it with ./lynxeye import %s"
                                .formatted(model, store, model)));
    EngineConfig config = options.config(cache);
    TensorFlowEngine engine = TensorFlowEngine.start(config, (bytes, total) -> {});
    ImageDecoder decoder =
        new ImageDecoder(
            DecodeLimits.defaults(),
            JpegDecoders.choose(TensorFlowBuild.ofThisProcess().in(cache)));
    EngineLoader loader = new EngineLoader(engine, config, decoder);
    Tuner tuner = loader.tuner(MeasurementCache.below(cache), () -> false);
    TuningRun run = new InProcessTuning(tuner);
    LoadedModel loaded =
        new TunedLoader(loader, tuner, options.fixed(), () -> true, Optional.of(run)).load(source);
    options.settle(loaded.tuning());
    for (int batchSize : batchSizes) {
      loaded.warmUp(batchSize);
    }
    return new InProcessEngine(loaded);
  }

  public LoadedModel model() {
    return model;
  }

  /** Decodes an image to the model's input. */
  public PreparedInput sample(TestImage image) throws Exception {
    return model.prepare(image.jpeg());
  }

  /** Runs batches of one input from several threads at once, for about that time. */
  public Speed measure(PreparedInput sample, int batchSize, int callers, double seconds)
      throws Exception {
    List<PreparedInput> batch = Collections.nCopies(batchSize, sample);
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      List<Callable<List<Double>>> calls =
          Collections.nCopies(callers, () -> calls(batch, seconds));
      double perSecond = 0;
      List<Double> all = new ArrayList<>();
      for (Future<List<Double>> caller : threads.invokeAll(calls)) {
        List<Double> millis = caller.get();
        double sum = millis.stream().mapToDouble(Double::doubleValue).sum();
        perSecond += 1000.0 * batchSize * millis.size() / sum;
        all.addAll(millis);
      }
      return new Speed(perSecond, all.stream().mapToDouble(Double::doubleValue).toArray());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the engine failed", e.getCause());
    } finally {
      threads.shutdown();
    }
  }

  private List<Double> calls(List<PreparedInput> batch, double seconds) throws Exception {
    List<Double> millis = new ArrayList<>();
    long started = System.nanoTime();
    while (millis.size() < MIN_CALLS || System.nanoTime() - started < seconds * 1e9) {
      long start = System.nanoTime();
      model.run(batch);
      millis.add((System.nanoTime() - start) / 1e6);
    }
    return millis;
  }

  @Override
  public void close() {
    model.close();
  }
}
