package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads a version and warms it up. Runs on the manager's thread. */
final class ModelActivator {

  private static final Logger log = LoggerFactory.getLogger(ModelActivator.class);

  private final ModelLoader loader;
  private final BatchPolicy defaults;
  private final ModelListener listener;
  private final NanoClock clock;

  ModelActivator(
      ModelLoader loader, BatchPolicy defaults, ModelListener listener, NanoClock clock) {
    this.loader = loader;
    this.defaults = defaults;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Loads the version and warms it up at every batch size in use; closes it again if that fails.
   *
   * @param isCurrent whether to continue; checked before each batch size
   */
  ServedModel activate(ModelSource source, ModelSettings settings, BooleanSupplier isCurrent)
      throws ModelLoadException {
    LoadedModel model = loader.load(source);
    log.info("{}: precision {}", source.id(), model.description().precision());
    try {
      BatchPolicy policy = policy(source, settings, model);
      List<Integer> sizes = policy.batchSizes();
      for (int i = 0; i < sizes.size(); i++) {
        if (!isCurrent.getAsBoolean()) {
          throw new ModelLoadException("its files were changed or removed while it was loading");
        }
        model.warmUp(sizes.get(i));
        listener.warmed(source.id(), i + 1, sizes.size());
      }
      return new ServedModel(model, policy, clock);
    } catch (ModelLoadException e) {
      close(model);
      throw e;
    } catch (InvalidInputException | RuntimeException e) {
      close(model);
      throw new ModelLoadException("it loads, but cannot score: " + e.getMessage(), e);
    } catch (Error e) {
      close(model);
      throw e;
    }
  }

  private static void close(LoadedModel model) {
    try {
      model.close();
    } catch (RuntimeException | Error e) { // The failure before it says more.
      log.error("{} could not be freed", model.description().id(), e);
    }
  }

  /** The tuning respects the manifest already; it is read again for loaders that do not tune. */
  private BatchPolicy policy(ModelSource source, ModelSettings settings, LoadedModel model) {
    Optional<Tuning> tuning = model.tuning();
    ModelManifest manifest = source.manifest();
    return new BatchPolicy(
        Math.min(
            model.maxBatchSize(),
            manifest
                .maxBatchSize()
                .orElseGet(() -> tuning.map(Tuning::maxBatchSize).orElse(defaults.maxBatchSize()))),
        manifest.maxBatchDelay().orElse(defaults.maxDelay()),
        manifest.queueCapacity().orElse(defaults.queueCapacity()),
        workers(source, settings, tuning));
  }

  /** The operator's setting, or the manifest's, or the best on this machine, or the default. */
  int workers(ModelSource source, ModelSettings settings, Optional<Tuning> tuning) {
    int best = tuning.map(Tuning::workers).orElse(defaults.workers());
    return settings.workers().orElse(source.manifest().workers().orElse(best));
  }
}
