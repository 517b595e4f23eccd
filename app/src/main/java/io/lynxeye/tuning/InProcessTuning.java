package io.lynxeye.tuning;

import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelSource;

/**
 * Measures in this process. What ran here leaves some hundred megabytes of the engine's behind, so
 * a server has it done by another process.
 */
public final class InProcessTuning implements TuningRun {

  private final TunableLoader loader;
  private final TuningCache cache;
  private final Tuner tuner;

  /**
   * For the models of an engine.
   *
   * @param tuner measures on the machine at hand
   */
  public InProcessTuning(TunableLoader loader, TuningCache cache, Tuner tuner) {
    this.loader = loader;
    this.cache = cache;
    this.tuner = tuner;
  }

  @Override
  public boolean measure(ModelSource source, FixedSettings fixed, String key)
      throws ModelLoadException {
    try (Sessions sessions = new Sessions(loader, source)) {
      tuner
          .run(sessions, fixed)
          .ifPresent(result -> cache.keep(key, result.best(), result.report()));
      return true;
    }
  }
}
