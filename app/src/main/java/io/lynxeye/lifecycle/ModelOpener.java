package io.lynxeye.lifecycle;

import io.lynxeye.batching.BatchPolicy;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a version to where it can answer: loads it and warms it up. On the manager's thread. */
final class ModelOpener {

  private static final Logger log = LoggerFactory.getLogger(ModelOpener.class);

  private final ModelLoader loader;
  private final BatchPolicy defaults;
  private final ModelListener listener;
  private final NanoClock clock;

  ModelOpener(ModelLoader loader, BatchPolicy defaults, ModelListener listener, NanoClock clock) {
    this.loader = loader;
    this.defaults = defaults;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Loaded and warmed up at every batch size that runs; closed again if that fails.
   *
   * @param isWanted whether to go on; asked between batch sizes
   */
  ServedModel open(ModelSource source, ModelSettings settings, BooleanSupplier isWanted)
      throws ModelLoadException {
    LoadedModel model = loader.load(source);
    log.info("{}: precision {}", source.id(), model.description().precision());
    try {
      BatchPolicy policy = policy(source, settings, model.tuning());
      List<Integer> sizes = policy.batchSizes();
      for (int i = 0; i < sizes.size(); i++) {
        if (!isWanted.getAsBoolean()) {
          throw new ModelLoadException("its files have changed or gone while it was loaded");
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
    } catch (RuntimeException | Error e) { // What it failed with before says more.
      log.error("{} could not be freed", model.description().id(), e);
    }
  }

  /** A manifest's word is in the tuning already; it is asked again for loaders that do not tune. */
  private BatchPolicy policy(ModelSource source, ModelSettings settings, Optional<Tuning> tuning) {
    ModelManifest manifest = source.manifest();
    return new BatchPolicy(
        manifest
            .maxBatchSize()
            .orElseGet(() -> tuning.map(Tuning::maxBatchSize).orElse(defaults.maxBatchSize())),
        manifest.maxBatchDelay().orElse(defaults.maxDelay()),
        manifest.queueCapacity().orElse(defaults.queueCapacity()),
        workers(source, settings, tuning));
  }

  /** What an operator said, else the manifest, else what is best here, else the default. */
  int workers(ModelSource source, ModelSettings settings, Optional<Tuning> tuning) {
    int best = tuning.map(Tuning::workers).orElse(defaults.workers());
    return settings.workers().orElse(source.manifest().workers().orElse(best));
  }
}
