package io.lynxeye.tuning;

import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelSource;

/**
 * Measures in this process. What ran here leaves some hundred megabytes of the engine's behind, so
 * a server has it done by another process.
 */
public final class Trial implements Measuring {

  private final TunableLoader loader;
  private final TuningCache cache;
  private final Tuner tuner;

  /**
   * A trial on an engine.
   *
   * @param tuner measures on the machine at hand
   */
  public Trial(TunableLoader loader, TuningCache cache, Tuner tuner) {
    this.loader = loader;
    this.cache = cache;
    this.tuner = tuner;
  }

  @Override
  public void measure(ModelSource source, Wishes wishes, String question)
      throws ModelLoadException {
    try (Sessions sessions = new Sessions(loader, source)) {
      Tuner.Result result = tuner.run(sessions, wishes);
      result.report().ifPresent(report -> cache.keep(question, result.best(), report));
    }
  }
}
