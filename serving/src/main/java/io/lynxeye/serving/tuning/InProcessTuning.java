package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.ModelSource;

/**
 * Benchmarks in this process. The engine keeps some hundred megabytes afterwards, so a server uses
 * a child process instead.
 */
public final class InProcessTuning implements TuningRun {

  private final TunableLoader loader;
  private final TuningCache cache;
  private final Tuner tuner;

  /**
   * A benchmark for the models of an engine.
   *
   * @param tuner benchmarks on this machine
   */
  public InProcessTuning(TunableLoader loader, TuningCache cache, Tuner tuner) {
    this.loader = loader;
    this.cache = cache;
    this.tuner = tuner;
  }

  @Override
  public boolean measure(ModelSource source, FixedSettings fixed, String key)
      throws ModelLoadException {
    tuner
        .run(loader, source, fixed)
        .ifPresent(result -> cache.keep(key, result.best(), result.report()));
    return true;
  }
}
