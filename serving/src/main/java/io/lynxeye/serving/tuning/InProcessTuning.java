package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import java.util.Optional;

/**
 * Measures in this process. The engine keeps some hundred megabytes afterwards, so a server uses a
 * child process instead.
 *
 * @param tuner measures on this machine
 */
public record InProcessTuning(Tuner tuner) implements TuningRun {

  @Override
  public void run(ModelSource source, FixedSettings fixed, Optional<Precision> checked)
      throws ModelLoadException {
    tuner.run(source, fixed, checked);
  }
}
