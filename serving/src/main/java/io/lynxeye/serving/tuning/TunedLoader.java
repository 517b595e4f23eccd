package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads models with the settings of a rule, and in the fastest precision that keeps them accurate.
 * A measurement finds it when a model of its kind is first loaded on a machine, and a cache keeps
 * it. While requests are in flight nothing is measured: they would distort the results, and it
 * would slow them down.
 */
public final class TunedLoader implements ModelLoader {

  private static final Logger log = LoggerFactory.getLogger(TunedLoader.class);

  private static final String UNMEASURED = "the precisions could not be measured";

  private final TunableLoader loader;
  private final Tuner tuner;
  private final FixedSettings server;
  private final BooleanSupplier isQuiet;
  private final Optional<TuningRun> run;

  /**
   * @param server settings that the operator has given for all models
   * @param isQuiet whether no request is in flight
   * @param run stores its result in the tuner's cache; empty if nothing may be measured
   */
  public TunedLoader(
      TunableLoader loader,
      Tuner tuner,
      FixedSettings server,
      BooleanSupplier isQuiet,
      Optional<TuningRun> run) {
    this.loader = loader;
    this.tuner = tuner;
    this.server = server;
    this.isQuiet = isQuiet;
    this.run = run;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    return new Load(source, server.under(source.manifest()), loader.precisions(source)).run();
  }

  /** Loads one version. */
  private final class Load {

    private final ModelSource source;
    private final FixedSettings fixed;
    private final List<PrecisionOption> options;
    private final PrecisionOption first;

    Load(ModelSource source, FixedSettings fixed, List<PrecisionOption> options) {
      this.source = source;
      this.fixed = fixed;
      this.options = options;
      this.first = options.get(0);
    }

    LoadedModel run() throws ModelLoadException {
      if (options.size() == 1) {
        return in(first);
      }
      if (run.isEmpty()) {
        return in(first.because("nothing is measured (--tuning off)"));
      }
      Optional<PrecisionSpeeds> speeds = tuner.speeds(source, options, fixed);
      if (speeds.isPresent()) {
        return fastest(speeds.get());
      }
      if (!isQuiet.getAsBoolean()) {
        return in(first.because("not measured, because requests were in flight"));
      }
      return measured(run.get());
    }

    /** The model is unloaded first, so that the measurement has its memory. */
    private LoadedModel measured(TuningRun measurement) throws ModelLoadException {
      LoadedModel model = loader.load(source, tuner.settings(first, fixed), first);
      if (model.description().noImages().isPresent() || model.tuning().isEmpty()) {
        return model; // There is no image to measure with.
      }
      model.close();
      log.info("{} is new on this machine: measuring its precisions", source.id());
      boolean isFinal = measurement.measure(source, server);
      Optional<PrecisionSpeeds> speeds = tuner.speeds(source, options, fixed);
      if (speeds.isPresent()) {
        log.info("{} measured: {}", source.id(), speeds.get());
        return fastest(speeds.get());
      }
      if (isFinal) {
        tuner.keepUnmeasured(source, options, fixed);
      }
      return in(first.because(UNMEASURED));
    }

    private LoadedModel fastest(PrecisionSpeeds speeds) throws ModelLoadException {
      String why =
          speeds.imagesPerSecond().isEmpty() ? UNMEASURED : "the fastest here of " + speeds;
      for (PrecisionOption faster : speeds.faster(options)) {
        String reason = speeds.compare(faster, first) + "; ";
        if (faster.precision() == Precision.INT8) { // Its report tells its agreement.
          return in(faster.because(reason + faster.reason()));
        }
        PrecisionCheck.Verdict verdict = tuner.verdict(source, first, faster, fixed);
        if (verdict.objection().isEmpty()) {
          return in(faster.because(reason + verdict.text()));
        }
        why = faster.precision() + " is faster, but " + verdict.objection().get();
      }
      return in(first.because(why));
    }

    private LoadedModel in(PrecisionOption precision) throws ModelLoadException {
      LoadedModel model = loader.load(source, tuner.settings(precision, fixed), precision);
      model
          .tuning()
          .map(Tuning::options)
          .ifPresent(o -> log.info("{} runs with {}", source.id(), o));
      return model;
    }
  }
}
