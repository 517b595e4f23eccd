package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.ModelSource;

/**
 * Measures in this process. The engine keeps some hundred megabytes afterwards, so a server uses a
 * child process instead.
 *
 * @param tuner measures on this machine
 */
public record InProcessTuning(Tuner tuner) implements TuningRun {

  @Override
  public boolean measure(ModelSource source, FixedSettings fixed) throws ModelLoadException {
    tuner.measure(source, fixed);
    return true;
  }
}
