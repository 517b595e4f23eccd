package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.ModelManifest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Settings that an operator has given, so that the rule does not choose them.
 *
 * @param workers parallel inference calls
 * @param batchSize most images per call
 * @param threads thread counts of the engine session
 * @param soloSession whether calls that run alone have a second session
 */
public record FixedSettings(
    OptionalInt workers,
    OptionalInt batchSize,
    Optional<EngineThreads> threads,
    Optional<Boolean> soloSession) {

  /** No setting is given. */
  public static final FixedSettings NONE =
      of(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The settings of a command line. */
  public static FixedSettings of(
      Optional<Integer> workers,
      Optional<Integer> batchSize,
      Optional<EngineThreads> threads,
      Optional<Boolean> soloSession) {
    return new FixedSettings(optional(workers), optional(batchSize), threads, soloSession);
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  /** These settings, where the manifest has none of its own. */
  FixedSettings under(ModelManifest manifest) {
    return new FixedSettings(
        manifest.workers().isPresent() ? manifest.workers() : workers,
        manifest.maxBatchSize().isPresent() ? manifest.maxBatchSize() : batchSize,
        threads,
        soloSession);
  }

  /** The given settings, completed by a rule. Given threads are those of all calls. */
  Tuning over(SettingsRule settings, PrecisionOption model) {
    Tuning rule = settings.of(model, workers);
    return new Tuning(
        rule.workers(),
        batchSize.orElse(rule.maxBatchSize()),
        threads.orElse(rule.threads()),
        soloSession.orElse(threads.isEmpty() && rule.soloSession()));
  }
}
