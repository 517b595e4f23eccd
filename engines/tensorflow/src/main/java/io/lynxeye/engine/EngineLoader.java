package io.lynxeye.engine;

import io.lynxeye.engine.adapter.SampleImages;
import io.lynxeye.engine.device.Cpu;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.djl.DjlLoader;
import io.lynxeye.engine.djl.OptionalEngines;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.MeasurementCache;
import io.lynxeye.serving.tuning.PrecisionOption;
import io.lynxeye.serving.tuning.SettingsRule;
import io.lynxeye.serving.tuning.TunableLoader;
import io.lynxeye.serving.tuning.Tuner;
import io.lynxeye.translators.ImageDecoder;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads every model format with the engine that runs it. The store has already chosen the file, and
 * with it the format; the manifest's {@code engine} takes part in that choice.
 */
public final class EngineLoader implements TunableLoader {

  private static final Logger log = LoggerFactory.getLogger(EngineLoader.class);

  private final TensorFlowEngine engine;
  private final MemoryLimit memory = MemoryLimit.ofThisProcess();
  private final Cpu cpu = Cpu.ofThisMachine();
  private final SettingsRule rule = new SettingsRule(Runtime.getRuntime().availableProcessors());
  private final TensorFlowLoader tensorFlow;
  private final DjlLoader others;

  /**
   * @param config the configuration of TensorFlow; other engines start with it when a model needs
   *     them
   * @param decoder shared by all models, so that its limits hold for the whole process
   */
  public EngineLoader(TensorFlowEngine tensorFlow, EngineConfig config, ImageDecoder decoder) {
    this.engine = tensorFlow;
    this.tensorFlow = new TensorFlowLoader(tensorFlow, decoder, cpu, rule.allCores());
    this.others = new DjlLoader(new OptionalEngines(config), tensorFlow.device(), decoder);
  }

  /**
   * Creates the tuner for models of this loader.
   *
   * @param cache keeps what it measures
   * @param isGivenUp whether the measurement was cancelled
   */
  public Tuner tuner(MeasurementCache cache, BooleanSupplier isGivenUp) {
    String machine =
        "%d cores of %s; %s on %s"
            .formatted(rule.cores(), cpu.model(), engine.description(), engine.device().name());
    return new Tuner(this, cache, machine, rule, SampleImages.read(), isGivenUp, System::nanoTime);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    requireMemory(source);
    return source.files().format() == ModelFormat.SAVED_MODEL
        ? tensorFlow.load(source)
        : others.load(source);
  }

  @Override
  public List<PrecisionOption> precisions(ModelSource source) throws ModelLoadException {
    return source.files().format() == ModelFormat.SAVED_MODEL
        ? tensorFlow.precisions(source)
        : List.of(
            new PrecisionOption(
                Precision.FP32,
                "as exported",
                ModelSize.of(source.folder()),
                engine.device().isGpu()));
  }

  @Override
  public LoadedModel load(ModelSource source, Tuning tuning, PrecisionOption precision)
      throws ModelLoadException {
    requireMemory(source);
    return source.files().format() == ModelFormat.SAVED_MODEL
        ? tensorFlow.load(source, tuning, precision)
        : others.load(source);
  }

  private void requireMemory(ModelSource source) throws ModelLoadException {
    memory
        .check(source.id(), ModelSize.ofFloat(source.folder()))
        .ifPresent(warning -> log.warn("{}", warning));
  }
}
